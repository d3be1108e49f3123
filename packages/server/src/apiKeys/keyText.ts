import { hash, randomBytes } from 'node:crypto';

const RANDOM_BYTES = 32;
const PREFIX_CHARS = 8;

/** A new key: `sg_` and 43 characters, 256 random bits. */
export const createKeyText = (): string => `sg_${randomBytes(RANDOM_BYTES).toString('base64url')}`;

/** What is stored of a key. A random 256-bit secret needs no slow hash. */
export const hashKey = (text: string): Buffer => hash('sha256', text, 'buffer');

/** What is shown of a key, enough to tell keys apart. */
export const keyPrefix = (text: string): string => text.slice(0, PREFIX_CHARS);
