import { randomBytes } from 'node:crypto';

const CODES = 10;
/** Without letters that read like another; 10 of 32 are 50 bits, which 10 wrong tries in 15 minutes do not find. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const HALF_CHARS = 5;

/** `k3v9x-0mq7d`: what stands in for the authenticator app, once each. */
export const newBackupCodes = (): string[] =>
  Array.from({ length: CODES }, () => inHalves([...randomBytes(2 * HALF_CHARS)].map((byte) => ALPHABET[byte & 31]).join('')));

/** A backup code as it was made, however it was typed. */
export const plainBackupCode = (typed: string): string => inHalves(typed.toLowerCase().replace(/[^a-z0-9]/g, ''));

const inHalves = (signs: string): string => `${signs.slice(0, HALF_CHARS)}-${signs.slice(HALF_CHARS)}`;
