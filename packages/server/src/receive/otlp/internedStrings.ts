const SLOTS = 4096;
const LENGTH_MAX = 96;

/**
 * Attribute keys, span names and scopes repeat in every span: this reads short ASCII text from bytes
 * without allocating a new string when the same text was read lately. Bounded: one string a slot.
 */
export function createStringInterner(): (buffer: Buffer, start: number, end: number) => string {
  const slots: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);
  return (buffer, start, end) => {
    const length = end - start;
    if (length > LENGTH_MAX) return buffer.toString('utf8', start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (buffer[i] as number)) | 0;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = slots[slot];
    if (known !== undefined && known.length === length && equals(known, buffer, start)) return known;
    const text = buffer.toString('utf8', start, end);
    slots[slot] = text;
    return text;
  };
}

/** True only for ASCII text: another text has fewer characters than bytes, or codes above 0x7f. */
function equals(text: string, buffer: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== buffer[start + i]) return false;
  return true;
}
