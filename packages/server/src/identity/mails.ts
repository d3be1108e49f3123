/** The mails of identity, in words. Addresses stand on lines of their own, where a mail shows them as links. */
import { MAILED_LINK_PATHS } from '@sightglass/contract/routes/signIn';
import type { Mail } from '../mail/mailer.ts';

type Written = Pick<Mail, 'subject' | 'text'>;

/** The token is behind `#`, which browsers send to nobody: a mail scanner that opens the link uses nothing up. */
const linkTo = (base: string, page: keyof typeof MAILED_LINK_PATHS, token: string): string => `${base}${MAILED_LINK_PATHS[page]}#token=${token}`;
const within = (lifetimeMs: number) => `It works once, within ${lifetimeMs / 60_000} minutes.`;
const UNASKED = 'If you did not ask for this, leave it: nothing happens.';

export const signInLinkMail = (base: string, token: string, lifetimeMs: number): Written => ({
  subject: 'Sign in to Sightglass',
  text: `Open this link to sign in. ${within(lifetimeMs)}\n\n${linkTo(base, 'signIn', token)}\n\n${UNASKED}`,
});

export const resetPasswordMail = (base: string, token: string, lifetimeMs: number): Written => ({
  subject: 'Set a new password for Sightglass',
  text: `Open this link to set a new password. ${within(lifetimeMs)}\n\n${linkTo(base, 'resetPassword', token)}\n\n${UNASKED}`,
});

export const confirmEmailMail = (base: string, token: string, lifetimeMs: number): Written => ({
  subject: 'Confirm your e-mail address for Sightglass',
  text: `Open this link where you are signed in, to use this address from now on. ${within(lifetimeMs)}\n\n${linkTo(base, 'confirmEmail', token)}\n\n${UNASKED}`,
});

/** What the person whose account it is should hear of, in case it was not them. */
export const NOTICES = {
  passwordChanged: 'The password of your account was changed. Everybody who was signed in with it elsewhere is signed out.',
  emailChanged: 'Your account now has another e-mail address; this one does not belong to it any more.',
  twoFactorOn: 'A second factor was switched on for your account.',
  twoFactorOff: 'The second factor of your account was switched off.',
  twoFactorReset:
    'An owner of the instance has taken the second factor off your account. You are signed out everywhere; sign in and set it up again.',
} as const;
export type Notice = keyof typeof NOTICES;

export const noticeMail = (notice: Notice, base: string | undefined): Written => ({
  subject: 'A change to your Sightglass account',
  text: `${NOTICES[notice]}\n\nIf it was not you, tell somebody who manages this instance at once.${base === undefined ? '' : `\n\n${base}`}`,
});
