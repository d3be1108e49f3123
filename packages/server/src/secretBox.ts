/**
 * Secrets of others that we keep (client secrets, channel tokens), and short notes to ourselves that a browser carries: sealed by
 * AES-256-GCM (NIST SP 800-38D) under a key that is derived from the instance's secret, so the database alone opens nothing.
 */
import { deriveKey, openBytes, sealBytes } from './aesGcm.ts';

const VERSION = 1;

export interface SecretBox {
  /** `owner` names whose secret it is (a table and an id); what was sealed for one owner opens for no other. */
  seal(text: string, owner: string): Uint8Array;
  /** Undefined when it was sealed under another secret or for another owner, or was changed. */
  open(sealed: Uint8Array, owner: string): string | undefined;
}

/** `purpose` keeps uses apart: each has a key of its own. It is part of what is stored and must not change. */
export function createSecretBox(secret: string, purpose: string): SecretBox {
  const key = deriveKey(secret, `sightglass/secret-box/${purpose}`);
  return {
    seal: (text, owner) => Buffer.concat([Buffer.of(VERSION), sealBytes(key, Buffer.from(text, 'utf8'), owner)]),
    open: (sealed, owner) => (sealed[0] === VERSION ? openBytes(key, sealed.subarray(1), owner)?.toString('utf8') : undefined),
  };
}
