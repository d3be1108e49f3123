export interface MaskedPart {
  /** Characters before it. */
  at: number;
  text: string;
  /** The rule that put it there; null for what was there before. */
  rule: string | null;
}

/**
 * A masked text cut at what rules put into it, for marking. The server tells which rules hit, not where: text that read
 * like a marker before is taken for one.
 */
export function maskedParts(text: string, markers: readonly { rule: string; marker: string }[]): MaskedPart[] {
  const known = new Map(markers.filter(({ marker }) => marker !== '').map(({ rule, marker }) => [marker, rule]));
  // Longer ones first: of `[card]` and `[card] no.` the whole is meant.
  const ordered = [...known.keys()].sort((a, b) => b.length - a.length);
  const pattern = ordered.length === 0 ? /(?!)/ : new RegExp(`(${ordered.map(escapePattern).join('|')})`);
  const parts: MaskedPart[] = [];
  let at = 0;
  for (const part of text.split(pattern)) {
    if (part !== '') parts.push({ at, text: part, rule: known.get(part) ?? null });
    at += part.length;
  }
  return parts;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
