/**
 * `escape` of as much of the text as leaves at most `charactersMax` characters of the outcome, with … where something is missing. Escapes
 * make texts longer, and cutting afterwards would cut one in two: what is behind it would be read as markup. `escape` works sign by sign, so that parts escape like the whole.
 */
export function cutEscaped(text: string, charactersMax: number, escape: (part: string) => string): string {
  const whole = escape(text);
  if (whole.length <= charactersMax) return whole;
  let kept = '';
  for (const character of text) {
    const next = kept + escape(character);
    if (next.length > charactersMax - 1) break;
    kept = next;
  }
  return `${kept}…`;
}
