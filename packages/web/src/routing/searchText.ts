/** The query part of the URL: plain texts, as people write and share them. Every page reads its own names from it. */
export type SearchText = Record<string, string | undefined>;

/** `?from=now-6h&q=refund` → `{ from: 'now-6h', q: 'refund' }`; of a repeated name the last one holds. */
export function parseSearch(text: string): SearchText {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The reverse of `parseSearch`; empty and absent values are left out. Colons, commas and spaces stay readable. */
export function formatSearch(search: Record<string, unknown>): string {
  const parts = Object.entries(search)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')
    .map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Keeps the texts of whatever a link or a person put into the URL. */
export function onlyText(search: Record<string, unknown>): SearchText {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) => {
      const kept = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
      return kept === '' ? [] : [[name, kept]];
    }),
  );
}

function encodePart(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%20', '+').replaceAll('%2F', '/');
}
