/** Reads text that looks like a JSON object or list; undefined when it is none, or is cut off. */
export function parseJsonText(text: string): object | undefined {
  const first = /^\s*([[{])/.exec(text)?.[1];
  if (first === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Any value as text for people: text as it is, the rest as indented JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value, null, 2) ?? String(value);
  } catch {
    // Thousands of levels exhaust the stack.
    return '(nested too deeply to print)';
  }
}

/** What inline data is, without the data. */
export interface InlineData {
  mediaType: string;
  sizeBytes: number;
}

/** Recognises `data:` URLs, and text that is nothing but a long run of base64. Null for everything else. */
export function inlineDataOf(text: string): InlineData | null {
  const url = /^data:([\w.+-]+\/[\w.+-]+)?((?:;[\w.+=-]+)*),/.exec(text.slice(0, 200));
  if (url !== null) {
    const length = text.length - url[0].length;
    return { mediaType: url[1] ?? 'text/plain', sizeBytes: url[2]?.includes(';base64') === true ? Math.floor((length * 3) / 4) : length };
  }
  if (text.length < 1024 || !/^[A-Za-z0-9+/_-]{1024}/.test(text) || !/^[A-Za-z0-9+/_\-\s]+=*\s*$/.test(text)) return null;
  return { mediaType: 'base64', sizeBytes: Math.floor((text.length * 3) / 4) };
}
