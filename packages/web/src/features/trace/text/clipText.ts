/** Text longer than this is never rendered as Markdown unasked: 200 KB of it takes 0.4 s. */
export const MARKDOWN_CHARS_MAX = 64 * 1024;
/** What is shown of a long text before someone asks for more. */
export const CLIP_CHARS = 1200;
const CLIP_LINES = 18;
/** A browser lays out this much plain text without a pause; more comes in steps. */
export const STEP_CHARS = 256 * 1024;

/** The beginning of a text that is short enough to show unasked; the text itself when it is. Cuts at a line where one is near. */
export function clipText(text: string, charsMax = CLIP_CHARS): string {
  let end = Math.min(text.length, charsMax);
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    lines++;
    if (lines === CLIP_LINES) end = at;
  }
  // A little more than the limit is shown whole: a button would take as much room.
  if (text.length - end < 200 && lines < CLIP_LINES) return text;
  if (end === text.length) return text;
  const lineEnd = text.lastIndexOf('\n', end);
  const cut = lineEnd > end * 0.7 ? lineEnd : end;
  return text.slice(0, isLowSurrogate(text.charCodeAt(cut)) ? cut - 1 : cut);
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
