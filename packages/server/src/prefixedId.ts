import { randomBytes } from 'node:crypto';
import { ID_PREFIXES, type ApiKeyId, type IdKind, type UserId, type WorkspaceId } from '@sightglass/contract/ids';

/** Crockford's base 32, lower case: no letter that reads like another, one double click selects the id. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RANDOM_CHARS = 24;

interface IdTypes {
  workspace: WorkspaceId;
  user: UserId;
  apiKey: ApiKeyId;
}

/** A new id of its kind, 120 random bits: `wsp_0k3v…`. */
export function createId<K extends IdKind>(kind: K): K extends keyof IdTypes ? IdTypes[K] : string {
  let random = '';
  for (const byte of randomBytes(RANDOM_CHARS)) random += ALPHABET[byte & 31];
  return `${ID_PREFIXES[kind]}_${random}` as K extends keyof IdTypes ? IdTypes[K] : string;
}
