import { z } from 'zod';
import type { SecretBox } from '../../secretBox.ts';

/** What a browser carries from the start of a single sign-on to its end, sealed. */
const SignOnStateSchema = z.object({
  providerId: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  redirectUri: z.string(),
  returnTo: z.string(),
  expiresAtMs: z.number(),
});
export type SignOnState = z.infer<typeof SignOnStateSchema>;

export const SIGN_ON_LIFETIME_MS = 10 * 60_000;
const OWNER = 'single sign-on';

export const sealState = (box: SecretBox, state: SignOnState): string => Buffer.from(box.seal(JSON.stringify(state), OWNER)).toString('base64url');

/** Undefined when it is not ours, or too old. */
export function openState(box: SecretBox, sealed: string | undefined, nowMs: number): SignOnState | undefined {
  const text = sealed === undefined ? undefined : box.open(Buffer.from(sealed, 'base64url'), OWNER);
  if (text === undefined) return undefined;
  const state = SignOnStateSchema.parse(JSON.parse(text));
  return nowMs < state.expiresAtMs ? state : undefined;
}

/** A path of ours; everything else, such as `//evil.example`, becomes `/`. */
export function localPath(text: string | undefined): string {
  if (text === undefined || !text.startsWith('/') || /^\/[/\\]|[\\\p{Cc}]/u.test(text)) return '/';
  const base = 'http://sightglass.invalid';
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  // `/..//host` has become `//host` by now.
  return url?.origin === base && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}${url.hash}` : '/';
}
