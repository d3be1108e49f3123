import { useEffect } from 'react';
import { readSignInPlace } from './signInPlace.ts';

/** The sign-in page for who is signed in: on to where they wanted to go. */
export function SignedInRedirect() {
  useEffect(() => {
    location.replace(readSignInPlace(new URL(location.href)).returnTo ?? '/');
  }, []);
  return null;
}
