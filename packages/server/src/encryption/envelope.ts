/**
 * Texts as they are stored encrypted:
 *
 *     enc:v1:<key id>:<nonce, base64url>:<AES-256-GCM ciphertext and tag, base64>
 *
 * What is encrypted is one byte (0 = as it is, 1 = raw deflate) and the text. The associated data are the
 * workspace and the key id, so a text that was moved to another workspace does not open. The nonce is made of
 * what is encrypted by a key of its own (HMAC-SHA-256): random nonces of 96 bits would have to end with a key
 * after 2^32 texts, these meet again for the same text alone.
 */
import { createHmac } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { decrypt, deriveKey, encrypt, NONCE_BYTES } from '../aesGcm.ts';

/** 32 bytes that belong to one workspace. */
export interface DataKey {
  id: string;
  bytes: Uint8Array;
}

export interface Sealer {
  /** Address of a content: 32 bytes that are the same for the same content under the same key, and say nothing to who lacks it. */
  address(content: string): Buffer;
  /** The text, encrypted. */
  seal(text: string): string;
  /** A value of JSON, encrypted as its JSON text. */
  sealValue(value: unknown): string;
}

/** What the store holds of a text → the text. What is not encrypted comes back as it is; never throws. */
export type OpenText = (stored: string) => string;

/** Both directions, for who reads what is stored and writes it again. `sealer` is null where nothing is encrypted. */
export interface ContentCipher {
  open: OpenText;
  sealer: Sealer | null;
}

export const NO_CIPHER: ContentCipher = { open: (stored) => stored, sealer: null };

const PREFIX = 'enc:v1:';
const FORM = /^enc:v1:([a-z0-9_]{1,64}):([A-Za-z0-9_-]{16}):([A-Za-z0-9+/]+={0,2})$/;
const PLAIN = 0;
const DEFLATED = 1;
/** Shorter texts hardly shrink. */
const DEFLATED_FROM_CHARS = 256;

export const isSealed = (stored: string): boolean => stored.startsWith(PREFIX);

/** Texts that no key opens show this, so that a reader knows what is missing and why. */
export const lostKeyMarker = (keyId: string): string => `[encrypted: the key ${keyId} is not available]`;

const derived = (key: Uint8Array, purpose: string) => deriveKey(key, `sightglass/content/${purpose}`);
const mac = (key: Buffer, data: string | Uint8Array) => createHmac('sha256', key).update(data).digest();
const ownerOf = (workspaceId: string, keyId: string) => `${workspaceId}:${keyId}`;

export function createSealer(workspaceId: string, { id, bytes }: DataKey): Sealer {
  const cipherKey = derived(bytes, 'encrypt');
  const nonceKey = derived(bytes, 'nonce');
  const addressKey = derived(bytes, 'address');
  const owner = ownerOf(workspaceId, id);
  const seal = (text: string) => {
    const framed = frameOf(text);
    const nonce = mac(nonceKey, framed).subarray(0, NONCE_BYTES);
    return `${PREFIX}${id}:${nonce.toString('base64url')}:${encrypt(cipherKey, nonce, framed, owner).toString('base64')}`;
  };
  return { address: (content) => mac(addressKey, content), seal, sealValue: (value) => seal(JSON.stringify(value) ?? 'null') };
}

function frameOf(text: string): Buffer {
  const plain = Buffer.from(text, 'utf8');
  if (text.length < DEFLATED_FROM_CHARS) return Buffer.concat([Buffer.of(PLAIN), plain]);
  const deflated = deflateRawSync(plain, { level: 1 });
  return deflated.length < plain.length ? Buffer.concat([Buffer.of(DEFLATED), deflated]) : Buffer.concat([Buffer.of(PLAIN), plain]);
}

/** `keyOf` answers undefined for a key that is not there, or that the instance's secret does not open. */
export function createOpener(workspaceId: string, keyOf: (keyId: string) => Uint8Array | undefined): OpenText {
  const cipherKeys = new Map<string, Buffer>();
  const cipherKeyOf = (keyId: string) => {
    const known = cipherKeys.get(keyId);
    if (known !== undefined) return known;
    const key = keyOf(keyId);
    if (key === undefined) return undefined;
    const cipherKey = derived(key, 'encrypt');
    cipherKeys.set(keyId, cipherKey);
    return cipherKey;
  };
  return (stored) => {
    if (!isSealed(stored)) return stored;
    const [, keyId = '', nonce = '', sealed = ''] = FORM.exec(stored) ?? [];
    // A sender may write what looks like the beginning of one.
    if (keyId === '') return stored;
    const cipherKey = cipherKeyOf(keyId);
    const text = cipherKey === undefined ? undefined : openFramed(cipherKey, nonce, sealed, ownerOf(workspaceId, keyId));
    return text ?? lostKeyMarker(keyId);
  };
}

function openFramed(key: Buffer, nonce: string, sealed: string, owner: string): string | undefined {
  const framed = decrypt(key, Buffer.from(nonce, 'base64url'), Buffer.from(sealed, 'base64'), owner);
  if (framed === undefined || framed.length === 0) return undefined;
  try {
    return (framed[0] === DEFLATED ? inflateRawSync(framed.subarray(1)) : framed.subarray(1)).toString('utf8');
  } catch {
    return undefined;
  }
}

/** A stored attribute, or value of a payload, that may be encrypted JSON. */
export function openValue(stored: unknown, open: OpenText): unknown {
  if (typeof stored !== 'string' || !isSealed(stored)) return stored;
  const text = open(stored);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The values of an object, opened; the same object when none is encrypted. Keys are hostile: `fromEntries` makes own properties of all. */
export function openValues<Values extends Readonly<Record<string, unknown>>>(values: Values, open: OpenText): Record<string, unknown> {
  const entries = Object.entries(values);
  if (!entries.some(([, value]) => typeof value === 'string' && isSealed(value))) return values;
  return Object.fromEntries(entries.map(([key, value]) => [key, openValue(value, open)]));
}
