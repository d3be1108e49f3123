import { SIGN_IN_ERRORS, type SignInError } from '@sightglass/contract/routes/signIn';

/** What the address says to the sign-in page. */
export interface SignInPlace {
  /** Why an earlier attempt came back here, in words. */
  error: string | undefined;
  /** Whether a first step was made elsewhere, and a code is asked for. */
  asksForCode: boolean;
  /** Path of ours to open afterwards; undefined: the one that is open. */
  returnTo: string | undefined;
}

export const SIGN_IN_PATH = '/sign-in';

export function readSignInPlace(address: URL): SignInPlace {
  const query = address.pathname === SIGN_IN_PATH ? address.searchParams : new URLSearchParams();
  const error = query.get('error');
  return {
    error: error === null ? undefined : wordsOf(error),
    asksForCode: query.get('step') === 'code',
    returnTo: address.pathname === SIGN_IN_PATH ? localPath(query.get('return_to'), address.origin) : undefined,
  };
}

/** Where the browser is to come back to, after a way to sign in that leads away from here. */
export function placeToReturnTo(address: URL): string {
  return readSignInPlace(address).returnTo ?? `${address.pathname}${address.search}${address.hash}`;
}

const wordsOf = (error: string): string =>
  Object.hasOwn(SIGN_IN_ERRORS, error) ? SIGN_IN_ERRORS[error as SignInError] : 'Signing in did not work. Try again.';

/** A path of this server; whatever would lead elsewhere becomes the beginning. */
function localPath(text: string | null, origin: string): string {
  if (text === null || !text.startsWith('/') || !URL.canParse(text, origin)) return '/';
  const url = new URL(text, origin);
  const isOurs = url.origin === origin && !url.pathname.startsWith('//') && url.pathname !== SIGN_IN_PATH;
  return isOurs ? `${url.pathname}${url.search}${url.hash}` : '/';
}
