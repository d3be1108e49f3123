/** Codes of authenticator apps (TOTP, RFC 6238) and backup codes, as better-auth's plugin checks them; here each works once. */
import type { UserId } from '@sightglass/contract/ids';
import { fail, ok, type Result } from '../result.ts';
import { tooManyAttempts, WINDOW_MS } from './attempts.ts';
import { plainBackupCode } from './backupCodes.ts';
import { type AuthCall, callAuth, withPeer } from './callAuth.ts';
import type { Identity } from './identity.ts';

/** A code holds for its own 30 seconds and for one step before and after. */
const CODE_LIFETIME_MS = 120_000;

/** Six digits, whatever stands between them; else a backup code. */
export function readCode(text: string): { kind: 'totp' | 'backup'; code: string } {
  const digits = text.replace(/[\s-]/g, '');
  return /^\d{6}$/.test(digits) ? { kind: 'totp', code: digits } : { kind: 'backup', code: plainBackupCode(text) };
}

/**
 * Checks a code against the second factor of whoever `headers` is about: the person in between the two steps, then it begins the session;
 * or the person who is signed in, then it only answers.
 */
export async function presentCode(
  { auth, oneTime }: Identity,
  userId: string,
  text: string,
  headers: Headers,
): Promise<AuthCall<{ headers: Headers }>> {
  const { kind, code } = readCode(text);
  if (kind === 'backup') return callAuth(() => auth.api.verifyBackupCode({ body: { code }, headers, returnHeaders: true }));
  // Before it is looked at, so that of several at once only one can get through.
  if (!(await oneTime.claim(`totp ${userId} ${code}`, CODE_LIFETIME_MS))) return { ok: false, code: 'INVALID_CODE' };
  return callAuth(() => auth.api.verifyTOTP({ body: { code }, headers, returnHeaders: true }));
}

const REFUSALS: Readonly<Record<string, string>> = {
  INVALID_TWO_FACTOR_COOKIE: 'The first step is too old. Sign in again from the start.',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'Too many wrong codes. Sign in again from the start.',
};

export interface InBetween {
  id: UserId;
  email: string;
}

/** The second step of signing in. Answers who it was, and the cookies of the session. */
export async function finishSignIn(
  identity: Identity,
  text: string,
  headers: Headers,
  peerAddress: string,
): Promise<{ person: InBetween | null; result: Result<{ setCookies: string[] }> }> {
  const person = await identity.auth.api.personInBetween({ headers });
  if (person === null) return { person: null, result: fail('wrong-credentials', REFUSALS.INVALID_TWO_FACTOR_COOKIE ?? '') };
  const { id, email, cookieName } = person;
  const answer = await presentCode(identity, id, text, withPeer(onlyCookie(headers, cookieName), peerAddress));
  const who = { id: id as UserId, email };
  if (answer.ok) return { person: who, result: ok({ setCookies: answer.value.headers.getSetCookie() }) };
  if (answer.code === 'ACCOUNT_TEMPORARILY_LOCKED')
    return { person: who, result: { ok: false, error: tooManyAttempts(WINDOW_MS, 'Too many wrong codes.') } };
  return { person: who, result: fail('wrong-credentials', REFUSALS[answer.code] ?? 'The code is wrong, too old, or was used before.') };
}

/** Without a session that the browser may have besides: the code would be checked against that. */
function onlyCookie(headers: Headers, name: string): Headers {
  const own = new Headers(headers);
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  own.set('cookie', pairs.filter((pair) => pair.startsWith(`${name}=`)).join('; '));
  return own;
}
