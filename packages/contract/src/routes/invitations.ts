import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { plainText } from '../plainText.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';
import { RoleIdSchema } from './roles.ts';
import { SignedInSchema } from './signIn.ts';

export const INVITATION_DAYS = 7;
/** Of one workspace at a time: an invitation is a mail to somebody who did not ask for it. */
export const OPEN_INVITATIONS_MAX = 500;
/** Where the link of an invitation leads; the token stands behind it as `?token=…`. */
export const INVITATION_PAGE = '/invite';

export const INVITATION_STATUSES = ['open', 'accepted', 'revoked', 'expired'] as const;

export const NewInvitationSchema = z
  .object({
    email: z
      .string()
      .trim()
      .toLowerCase()
      .max(254)
      .pipe(z.email('must be an e-mail address'))
      .openapi({ type: 'string', format: 'email', example: 'ada@example.com' }),
    role: RoleIdSchema,
  })
  .openapi('NewInvitation');
export type NewInvitation = z.infer<typeof NewInvitationSchema>;

export const InvitationSchema = z
  .object({
    id: z.string().openapi({ example: 'inv_0k3v…' }),
    email: z.string(),
    role: z.string().openapi({ description: 'The name of a built-in role, else the id of a custom one' }),
    role_name: z.string(),
    status: z.enum(INVITATION_STATUSES),
    created_at: TimestampSchema,
    created_by: z.string().nullable().openapi({ description: 'Id of the user or key' }),
    expires_at: TimestampSchema,
    accepted_at: TimestampSchema.nullable(),
    revoked_at: TimestampSchema.nullable(),
  })
  .openapi('Invitation');
export type Invitation = z.infer<typeof InvitationSchema>;

/** The answer to inviting: how the link got on its way. */
export const SentInvitationSchema = InvitationSchema.extend({
  link: z
    .string()
    .nullable()
    .openapi({ description: 'Only where no mail is sent (local mode without SMTP): to be handed on; it is not shown again' }),
  mail_error: z.string().nullable().openapi({ description: 'Why the mail could not be sent; the invitation stands and can be sent again' }),
}).openapi('SentInvitation');
export type SentInvitation = z.infer<typeof SentInvitationSchema>;

const PATH = '/api/obs/invitations';
const params = pathParam('id');

export const listInvitations = defineRoute(['members.manage'], {
  method: 'get',
  path: PATH,
  operationId: 'listInvitations',
  summary: 'Invitations of every status, newest first',
  tags: ['members'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(InvitationSchema), 'A page of invitations') },
});

export const createInvitation = defineRoute(['members.manage'], {
  method: 'post',
  path: PATH,
  operationId: 'createInvitation',
  summary: 'Invite somebody by mail; an open invitation of the same address is replaced',
  tags: ['members'],
  request: { body: body(NewInvitationSchema) },
  responses: { 201: json(SentInvitationSchema, 'The invitation'), 409: problem('They are a member already, or no mail can be sent') },
});

export const resendInvitation = defineRoute(['members.manage'], {
  method: 'post',
  path: `${PATH}/{id}/resend`,
  operationId: 'resendInvitation',
  summary: `Send a new link, good for ${INVITATION_DAYS} days; the one before ends`,
  tags: ['members'],
  request: { params },
  responses: { 200: json(SentInvitationSchema, 'The invitation'), 409: problem('It was accepted or revoked, or no mail can be sent') },
});

export const revokeInvitation = defineRoute(['members.manage'], {
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'revokeInvitation',
  summary: 'Revoke an invitation; its link ends',
  tags: ['members'],
  request: { params },
  responses: { 204: { description: 'It is revoked' }, 409: problem('It was accepted already') },
});

const token = z.string().min(1).max(100);

export const OfferedInvitationSchema = z
  .object({
    workspace: z.object({ name: z.string(), slug: z.string() }),
    email: z.string(),
    role_name: z.string(),
    expires_at: TimestampSchema,
    has_account: z.boolean().openapi({ description: 'Whether there is an account of this address, to sign in to' }),
    signed_in_as: z.string().nullable().openapi({ description: 'The address of whoever asks; null without a session' }),
  })
  .openapi('OfferedInvitation');
export type OfferedInvitation = z.infer<typeof OfferedInvitationSchema>;

const closed = problem('It was accepted, revoked or is too old');

/** POST, so that the token stands in no log of addresses. */
export const readInvitation = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/invitation',
  operationId: 'readInvitation',
  summary: 'What an invitation offers, for whoever has its link',
  tags: ['members'],
  request: { body: body(z.object({ token }).openapi('InvitationToken')) },
  responses: { 200: json(OfferedInvitationSchema, 'The offer'), 409: closed, 429: problem('Too many attempts') },
});

export const AcceptInvitationSchema = z
  .object({
    token,
    name: plainText(100).optional().openapi({ description: 'For a new account' }),
    password: z.string().max(1000).optional().openapi({ description: 'For a new account: 8 to 128 characters' }),
  })
  .openapi('AcceptInvitation');
export type AcceptInvitation = z.infer<typeof AcceptInvitationSchema>;

export const acceptInvitation = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/invitation/accept',
  operationId: 'acceptInvitation',
  summary: 'Join the workspace: as who is signed in, or as a new person with a name and a password, who is signed in by it',
  tags: ['members'],
  request: { body: body(AcceptInvitationSchema) },
  responses: {
    200: json(SignedInSchema.extend({ workspace: z.object({ name: z.string(), slug: z.string() }) }).openapi('JoinedWorkspace'), 'Joined'),
    409: problem('It was accepted, revoked or is too old; or somebody else is signed in'),
    429: problem('Too many attempts'),
  },
});
