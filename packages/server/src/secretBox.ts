/**
 * Secrets of others that we keep (client secrets, channel tokens), and short notes to ourselves that a browser carries: sealed by
 * AES-256-GCM (NIST SP 800-38D) under a key that is derived from the instance's secret, so the database alone opens nothing.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BODY_AT = 1 + NONCE_BYTES;

export interface SecretBox {
  /** `owner` names whose secret it is (a table and an id); what was sealed for one owner opens for no other. */
  seal(text: string, owner: string): Uint8Array;
  /** Undefined when it was sealed under another secret or for another owner, or was changed. */
  open(sealed: Uint8Array, owner: string): string | undefined;
}

/** `purpose` keeps uses apart: each has a key of its own. It is part of what is stored and must not change. */
export function createSecretBox(secret: string, purpose: string): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `sightglass/secret-box/${purpose}`, KEY_BYTES));
  return {
    seal: (text, owner) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed, owner) => {
      const bytes = Buffer.from(sealed);
      if (bytes.length < BODY_AT + TAG_BYTES || bytes[0] !== VERSION) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, BODY_AT), { authTagLength: TAG_BYTES }).setAAD(Buffer.from(owner));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(BODY_AT, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
