/**
 * A mail's text as simple HTML: paragraphs, line breaks, and a link where a line is an http(s) address and nothing else.
 * Everything is escaped; addresses amid a line stay text, since they may come from telemetry.
 */
export function htmlOfText(text: string): string {
  const paragraphs = text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.split('\n').map(htmlOfLine).join('<br>\n')}</p>`);
  return `<!doctype html>\n<html><body style="font-family: sans-serif; line-height: 1.5">\n${paragraphs.join('\n')}\n</body></html>\n`;
}

export function escapeHtml(text: string): string {
  const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

function htmlOfLine(line: string): string {
  const escaped = escapeHtml(line);
  return /^\s*https?:\/\/\S+\s*$/.test(line) ? `<a href="${escaped.trim()}">${escaped.trim()}</a>` : escaped;
}
