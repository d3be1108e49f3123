/** Images, audio and files in messages: named by media type and size, never carried along. */
import type { MessagePart } from '@sightglass/contract/trace';

type MediaPart = Extract<MessagePart, { type: 'media' }>;

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=.+-]+)*?(;base64)?,/;
/** Shorter texts in the base64 alphabet are ids, hashes and words. */
const BASE64_LENGTH_MIN = 1024;
const BASE64_START = /^[A-Za-z0-9+/_-]{256}/;
/** Schemes a link may have. A link is shown, never fetched, and `javascript:` must not even be shown as one. */
const LINK = /^(https?|gs|s3|file):\/\//i;
const LINK_LENGTH_MAX = 2048;

function base64Bytes(text: string, from: number): number {
  let end = text.length;
  while (end > from && text[end - 1] === '=') end -= 1;
  return Math.floor(((end - from) * 3) / 4);
}

/** Media that is carried inside a text, as a data URL or as bare base64; undefined for any other text. */
export function inlineMediaOf(text: string): { mediaType: string | null; sizeBytes: number; label: string } | undefined {
  let mediaType: string | null = null;
  let sizeBytes: number;
  const dataUrl = text.startsWith('data:') ? DATA_URL.exec(text.slice(0, 256)) : null;
  if (dataUrl !== null) {
    mediaType = dataUrl[1] ?? null;
    sizeBytes = dataUrl[2] === undefined ? text.length - dataUrl[0].length : base64Bytes(text, dataUrl[0].length);
  } else if (text.length >= BASE64_LENGTH_MIN && isBareBase64(text)) {
    sizeBytes = base64Bytes(text, 0);
  } else {
    return undefined;
  }
  return { mediaType, sizeBytes, label: `[${mediaType ?? 'data'}, ${sizeBytes} bytes]` };
}

function isBareBase64(text: string): boolean {
  // A run of one letter is in the alphabet too; real data mixes cases and digits.
  const start = text.slice(0, 256);
  return BASE64_START.test(start) && /[A-Z]/.test(start) && /[a-z]/.test(start) && /[0-9]/.test(start);
}

/**
 * A media part of what a client put in the place of an image, a file or a sound: a link, a data URL, bare
 * base64, a list of bytes, or something that names a stored file (then neither link nor size is known).
 */
export function mediaPart(source: unknown, mediaType: unknown): MediaPart {
  const declared = typeof mediaType === 'string' && mediaType !== '' ? mediaType : null;
  if (typeof source === 'string') {
    if (source.length <= LINK_LENGTH_MAX && LINK.test(source)) return { type: 'media', media_type: declared, url: source, size_bytes: null };
    const inline = inlineMediaOf(source);
    if (inline !== undefined) return { type: 'media', media_type: inline.mediaType ?? declared, url: null, size_bytes: inline.sizeBytes };
    const isShortBase64 = source !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(source) && source.length % 4 === 0;
    return { type: 'media', media_type: declared, url: null, size_bytes: isShortBase64 ? base64Bytes(source, 0) : null };
  }
  return { type: 'media', media_type: declared, url: null, size_bytes: byteCount(source) };
}

/** Bytes that went through `JSON.stringify`: `[1,2]`, `{"type":"Buffer","data":[1,2]}` or `{"0":1,"1":2}`. */
function byteCount(source: unknown): number | null {
  if (Array.isArray(source)) return source.length;
  if (typeof source !== 'object' || source === null) return null;
  const data: unknown = 'data' in source ? source.data : undefined;
  if (Array.isArray(data)) return data.length;
  return '0' in source ? Object.keys(source).length : null;
}
