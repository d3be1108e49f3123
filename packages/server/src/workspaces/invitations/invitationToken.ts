import { createHash, randomBytes } from 'node:crypto';
import { INVITATION_PAGE } from '@sightglass/contract/routes/invitations';

const TOKEN_BYTES = 32;

/** What is stored of a token. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const createToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** `address` as people reach the program: `https://obs.example.com`. */
export const invitationLink = (address: string, token: string): string => `${address}${INVITATION_PAGE}?token=${token}`;
