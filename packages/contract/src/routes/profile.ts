import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

export const ProfileSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    /** The address that a mailed link waits for; null when none does. */
    new_email: z.string().nullable(),
    has_password: z.boolean(),
    two_factor: z.object({ enabled: z.boolean(), backup_codes_left: z.number().int() }),
    /** Sign-in providers that know this person. */
    providers: z.array(z.object({ issuer: z.string(), name: z.string().nullable() })),
    workspaces: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string(), role: z.string() })),
    instance_owner: z.boolean(),
    /** Whether mails reach anybody, which a new e-mail address needs. */
    mail_delivers: z.boolean(),
    created_at: TimestampSchema,
  })
  .openapi('Profile');
export type Profile = z.infer<typeof ProfileSchema>;

export const ProfilePatchSchema = z
  .object({
    name: z
      .string()
      .trim()
      .min(1, 'is needed')
      .max(100)
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line')
      .optional(),
    email: z.string().trim().toLowerCase().max(254).pipe(z.email('must be an e-mail address')).optional(),
    password: z.string().max(1000).optional().openapi({ description: 'Needed for a new e-mail address when there is a password' }),
  })
  .openapi('ProfilePatch');
export type ProfilePatch = z.infer<typeof ProfilePatchSchema>;

export const getProfile = defineRoute('person', {
  method: 'get',
  path: '/api/obs/profile',
  operationId: 'getProfile',
  summary: 'The own account',
  tags: ['identity'],
  responses: { 200: json(ProfileSchema, 'The account') },
});

export const changeProfile = defineRoute('person', {
  method: 'patch',
  path: '/api/obs/profile',
  operationId: 'changeProfile',
  summary: 'Change the own name; a new e-mail address holds once the link that is mailed to it is confirmed',
  tags: ['identity'],
  request: { body: body(ProfilePatchSchema) },
  responses: { 200: json(ProfileSchema, 'The account'), 409: problem('This instance cannot mail links'), 429: problem('Too many attempts') },
});

export const confirmEmail = defineRoute('person', {
  method: 'post',
  path: '/api/obs/profile/confirm-email',
  operationId: 'confirmEmail',
  summary: 'Take the new e-mail address, with the token of the link that was mailed to it',
  tags: ['identity'],
  request: {
    body: body(z.object({ token: z.string().min(1).max(200) }).openapi('EmailToken')),
  },
  responses: { 200: json(ProfileSchema, 'The account'), 409: problem('The address belongs to another account') },
});

export const SessionSchema = z
  .object({
    id: z.string(),
    /** Browser and system, as the browser says it; `Unknown device` when it says nothing that is known. */
    device: z.string(),
    user_agent: z.string(),
    address: z.string().nullable(),
    created_at: TimestampSchema,
    /** To within 5 minutes. */
    last_used_at: TimestampSchema,
    expires_at: TimestampSchema,
    /** Whether the request came with this one. */
    current: z.boolean(),
  })
  .openapi('Session');
export type Session = z.infer<typeof SessionSchema>;

export const listSessions = defineRoute('person', {
  method: 'get',
  path: '/api/auth/sessions',
  operationId: 'listOwnSessions',
  summary: 'Where one is signed in, last used first',
  tags: ['identity'],
  responses: { 200: json(z.object({ items: z.array(SessionSchema) }), 'The own sessions') },
});

export const endSession = defineRoute('person', {
  method: 'delete',
  path: '/api/auth/sessions/{id}',
  operationId: 'endSession',
  summary: 'End one of the own sessions, within a second on every instance',
  tags: ['identity'],
  request: {
    params: pathParam('id'),
  },
  responses: { 204: { description: 'It is over' } },
});

export const endOtherSessions = defineRoute('person', {
  method: 'delete',
  path: '/api/auth/sessions',
  operationId: 'endOtherSessions',
  summary: 'End all own sessions but this one',
  tags: ['identity'],
  responses: { 200: json(z.object({ ended: z.number().int() }), 'How many are over') },
});

export const PersonSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    instance_owner: z.boolean(),
    two_factor_enabled: z.boolean(),
    has_password: z.boolean(),
    created_at: TimestampSchema,
    /** Of their newest session that has not ended; null without one. */
    last_used_at: TimestampSchema.nullable(),
  })
  .openapi('Person');
export type Person = z.infer<typeof PersonSchema>;

export const listPeople = defineRoute(['instance.manage'], {
  method: 'get',
  path: '/api/obs/people',
  operationId: 'listPeople',
  summary: 'Everybody who has an account on this instance, newest first',
  tags: ['identity'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(PersonSchema), 'A page of people') },
});

export const resetTwoFactor = defineRoute(['instance.manage'], {
  method: 'post',
  path: '/api/obs/people/{id}/reset-two-factor',
  operationId: 'resetTwoFactor',
  summary: 'Take the second factor of somebody who has lost it; their sessions end',
  tags: ['identity'],
  request: {
    params: pathParam('id'),
  },
  responses: { 200: json(PersonSchema, 'The person'), 409: problem('There is no second factor') },
});
