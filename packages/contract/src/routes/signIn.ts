import { z } from '@hono/zod-openapi';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 128;

const EmailSchema = z.string().trim().min(1, 'is needed').max(320);
/** A password as it is presented; whether a new one is good enough is answered by field. */
const PasswordSchema = z.string().min(1, 'is needed').max(1000);
/** Of a link from a mail. */
const TokenSchema = z.string().min(1).max(200);
/** Six digits, or a backup code. */
const CodeSchema = z.string().trim().min(1, 'is needed').max(40);

const tooMany = problem('Too many attempts');
const nothing = { description: 'Done' } as const;

export const SignedInSchema = z.object({ user: z.object({ id: z.string(), email: z.string(), name: z.string() }) }).openapi('SignedIn');

/** The first step was right; a cookie remembers it for 10 minutes. */
export const SecondFactorNeededSchema = z.object({ second_factor_needed: z.literal(true) }).openapi('SecondFactorNeeded');

const signedIn = json(SignedInSchema, 'Signed in; the session is a cookie');
const secondFactorNeeded = json(SecondFactorNeededSchema, 'Right so far; a code is needed, see signInWithSecondFactor');

export const SignInMethodsSchema = z
  .object({
    /** Whether links can be mailed: for signing in, and for a new password. */
    mail_link: z.boolean(),
    providers: z.array(z.object({ id: z.string(), name: z.string() })).openapi({ description: 'For single sign-on' }),
  })
  .openapi('SignInMethods');
export type SignInMethods = z.infer<typeof SignInMethodsSchema>;

export const getSignInMethods = defineRoute('everyone', {
  method: 'get',
  path: '/api/auth/methods',
  operationId: 'getSignInMethods',
  summary: 'How one can sign in beside e-mail and password',
  tags: ['identity'],
  responses: { 200: json(SignInMethodsSchema, 'What is on') },
});

export const signInWithPassword = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/sign-in/email',
  operationId: 'signInWithPassword',
  summary: 'Sign in with e-mail and password; the session is a cookie',
  tags: ['identity'],
  request: { body: body(z.object({ email: EmailSchema, password: PasswordSchema }).openapi('Credentials')) },
  responses: { 200: signedIn, 202: secondFactorNeeded, 429: tooMany },
});

export const MailSentSchema = z.object({ accepted: z.literal(true) }).openapi('MailAccepted');

export const mailSignInLink = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/sign-in/link',
  operationId: 'mailSignInLink',
  summary: 'Mail a link that signs in once within 15 minutes, if there is an account; the answer is the same if not',
  tags: ['identity'],
  request: { body: body(z.object({ email: EmailSchema }).openapi('SignInLinkRequest')) },
  responses: { 202: json(MailSentSchema, 'Taken'), 409: problem('This instance cannot mail links'), 429: tooMany },
});

export const signInWithLink = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/sign-in/link/redeem',
  operationId: 'signInWithLink',
  summary: 'Sign in with the token of a mailed link',
  tags: ['identity'],
  request: { body: body(z.object({ token: TokenSchema }).openapi('SignInLinkToken')) },
  responses: { 200: signedIn, 202: secondFactorNeeded, 429: tooMany },
});

export const signInWithSecondFactor = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/sign-in/second-factor',
  operationId: 'signInWithSecondFactor',
  summary: 'Finish signing in with a code of the authenticator app, or a backup code',
  tags: ['identity'],
  request: { body: body(z.object({ code: CodeSchema }).openapi('SecondFactorCode')) },
  responses: { 200: signedIn, 429: tooMany },
});

export const signOut = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/sign-out',
  operationId: 'signOut',
  summary: 'End the session',
  tags: ['identity'],
  responses: { 200: json(z.object({ signed_out: z.literal(true) }), 'The session is over, if there was one') },
});

export const mailPasswordReset = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/password/forgot',
  operationId: 'mailPasswordReset',
  summary: 'Mail a link that sets a new password once within 15 minutes, if there is an account; the answer is the same if not',
  tags: ['identity'],
  request: { body: body(z.object({ email: EmailSchema }).openapi('PasswordResetRequest')) },
  responses: { 202: json(MailSentSchema, 'Taken'), 409: problem('This instance cannot mail links'), 429: tooMany },
});

export const resetPassword = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/password/reset',
  operationId: 'resetPassword',
  summary: 'Set a new password with the token of a mailed link; every session of the person ends',
  tags: ['identity'],
  request: { body: body(z.object({ token: TokenSchema, new_password: PasswordSchema }).openapi('PasswordReset')) },
  responses: { 204: nothing, 429: tooMany },
});

export const changePassword = defineRoute('person', {
  method: 'post',
  path: '/api/auth/password',
  operationId: 'changePassword',
  summary: 'Change the own password, or set the first one; every other session of the person ends',
  tags: ['identity'],
  request: {
    body: body(
      z
        .object({
          current_password: PasswordSchema.optional().openapi({ description: 'Needed when there is one' }),
          new_password: PasswordSchema,
        })
        .openapi('PasswordChange'),
    ),
  },
  responses: { 204: nothing, 429: tooMany },
});

/** What proves that it is really this person: the password, or a code of the second factor. */
export const ProofSchema = z.object({ password: PasswordSchema.optional(), code: CodeSchema.optional() }).openapi('Proof');
export type Proof = z.infer<typeof ProofSchema>;

export const TwoFactorEnrolmentSchema = z
  .object({
    /** For authenticator apps, shown as a QR code: `otpauth://totp/…`. */
    uri: z.string(),
    /** The same secret, for typing. */
    secret: z.string(),
  })
  .openapi('TwoFactorEnrolment');
export type TwoFactorEnrolment = z.infer<typeof TwoFactorEnrolmentSchema>;

export const BackupCodesSchema = z
  .object({ backup_codes: z.array(z.string()).openapi({ description: 'Each works once; shown this once' }) })
  .openapi('BackupCodes');

export const beginTwoFactor = defineRoute('person', {
  method: 'post',
  path: '/api/auth/two-factor/enrol',
  operationId: 'beginTwoFactor',
  summary: 'Make a secret for an authenticator app; nothing changes until it is confirmed',
  tags: ['identity'],
  request: { body: body(z.object({ password: PasswordSchema.optional() }).openapi('TwoFactorBegin')) },
  responses: { 200: json(TwoFactorEnrolmentSchema, 'The secret'), 409: problem('There is a second factor already'), 429: tooMany },
});

export const confirmTwoFactor = defineRoute('person', {
  method: 'post',
  path: '/api/auth/two-factor/confirm',
  operationId: 'confirmTwoFactor',
  summary: 'Switch the second factor on with a first code',
  tags: ['identity'],
  request: { body: body(z.object({ code: CodeSchema }).openapi('TwoFactorConfirm')) },
  responses: { 200: json(BackupCodesSchema, 'On; the backup codes'), 409: problem('Nothing waits to be confirmed'), 429: tooMany },
});

export const renewBackupCodes = defineRoute('person', {
  method: 'post',
  path: '/api/auth/two-factor/backup-codes',
  operationId: 'renewBackupCodes',
  summary: 'Make new backup codes; the old ones stop working',
  tags: ['identity'],
  request: { body: body(ProofSchema) },
  responses: { 200: json(BackupCodesSchema, 'The new codes'), 409: problem('There is no second factor'), 429: tooMany },
});

export const removeTwoFactor = defineRoute('person', {
  method: 'post',
  path: '/api/auth/two-factor/remove',
  operationId: 'removeTwoFactor',
  summary: 'Switch the own second factor off',
  tags: ['identity'],
  request: { body: body(ProofSchema) },
  responses: { 204: nothing, 409: problem('There is no second factor'), 429: tooMany },
});

const providerId = pathParam('id');
const redirect = { description: 'On to the provider, into the product, or to the sign-in page with ?error=' } as const;

export const startSingleSignOn = defineRoute('everyone', {
  method: 'get',
  path: '/api/auth/oidc/{id}/start',
  operationId: 'startSingleSignOn',
  summary: 'Begin single sign-on with a provider',
  tags: ['identity'],
  request: {
    params: providerId,
    query: z.object({ return_to: z.string().max(2000).optional().openapi({ description: 'Path of ours to open afterwards' }) }),
  },
  responses: { 303: redirect },
});

export const finishSingleSignOn = defineRoute('everyone', {
  method: 'get',
  path: '/api/auth/oidc/{id}/callback',
  operationId: 'finishSingleSignOn',
  summary: 'Where the provider sends the browser back to',
  tags: ['identity'],
  request: { params: providerId },
  responses: { 303: redirect },
});

/** Where the link that is printed at start leads. Answers with a redirect, with or without a session. */
export const SIGN_IN_LINK_PATH = '/sign-in/link';

/** Pages of the UI to which mails lead; the token stands behind `#token=`, so that it reaches no server before somebody clicks. */
export const MAILED_LINK_PATHS = { signIn: '/sign-in/mail', resetPassword: '/reset-password', confirmEmail: '/confirm-email' } as const;

/** What `/sign-in?error=` can say. */
export const SIGN_IN_ERRORS = {
  link: 'That link was used before, or is too old. Ask for a new one.',
  'provider-gone': 'That way to sign in is switched off or was removed.',
  'provider-failed': 'The sign-in provider could not be asked, or its answer was not valid. Try again; if it stays, tell the owner of this instance.',
  'provider-refused': 'The sign-in was cancelled, or the provider refused it.',
  expired: 'That took too long, or was begun in another browser. Begin again.',
  'no-email': 'The provider did not say that it has verified your e-mail address, so it cannot be told which account is yours.',
  'wrong-domain': 'Your e-mail address is of a domain that may not sign in this way.',
  'no-account': 'There is no account for you here. Ask somebody who manages members to invite you.',
  'no-address': 'Single sign-on needs SIGHTGLASS_PUBLIC_URL, which the operator of this instance has not set.',
  'too-many': 'Too many sign-ins were begun from your network. Wait some minutes.',
} as const;
export type SignInError = keyof typeof SIGN_IN_ERRORS;
