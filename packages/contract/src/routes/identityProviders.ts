import { z } from '@hono/zod-openapi';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';
import { SlugSchema } from './workspaces.ts';

const DomainSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+$/u, 'must be a domain such as example.com');

const fields = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line')
    .openapi({ description: 'On the button of the sign-in page', example: 'Example Corp' }),
  issuer: z.string().trim().min(1).max(2000).openapi({ description: 'As the provider writes it', example: 'https://login.example.com' }),
  client_id: z.string().trim().min(1).max(500),
  client_secret: z.string().trim().min(1).max(2000).openapi({ description: 'Kept encrypted, never answered' }),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'is no scope'))
    .max(20)
    .openapi({ description: 'openid is always asked for' }),
  email_domains: z.array(DomainSchema).max(100).openapi({ description: 'That may come in; none: every address that the provider has verified' }),
  join_workspace: SlugSchema.nullable().openapi({
    description: 'That somebody unknown joins as a viewer; null: only people with an account come in',
  }),
  enabled: z.boolean(),
};

export const NewIdentityProviderSchema = z
  .object({
    ...fields,
    scopes: fields.scopes.default(['openid', 'email', 'profile']),
    email_domains: fields.email_domains.default([]),
    join_workspace: fields.join_workspace.default(null),
    enabled: fields.enabled.default(true),
  })
  .openapi('NewIdentityProvider');
export type NewIdentityProvider = z.infer<typeof NewIdentityProviderSchema>;

export const IdentityProviderPatchSchema = z.object(fields).partial().openapi('IdentityProviderPatch');
export type IdentityProviderPatch = z.infer<typeof IdentityProviderPatchSchema>;

export const IdentityProviderSchema = z
  .object({
    id: z.string().openapi({ example: 'idp_0k3v…' }),
    ...fields,
    client_secret: z.literal('***').openapi({ description: 'It is set; it is never answered' }),
    /** To be registered with the provider; null while the operator has not set SIGHTGLASS_PUBLIC_URL. */
    redirect_uri: z.string().nullable(),
    /** False: the secret of this instance is not the one that the client secret was encrypted with. */
    usable: z.boolean(),
    created_at: TimestampSchema,
    updated_at: TimestampSchema,
  })
  .openapi('IdentityProvider');
export type IdentityProvider = z.infer<typeof IdentityProviderSchema>;

/** What a look at the provider's own description found. */
export const IdentityProviderCheckSchema = z
  .object({
    ok: z.boolean(),
    /** In words: what was found, or what is wrong and what to do. */
    findings: z.array(z.object({ ok: z.boolean(), text: z.string() })),
  })
  .openapi('IdentityProviderCheck');
export type IdentityProviderCheck = z.infer<typeof IdentityProviderCheckSchema>;

const params = pathParam('id');
const taken = problem('There is a provider of that name already');

export const listIdentityProviders = defineRoute(['instance.manage'], {
  method: 'get',
  path: '/api/obs/identity-providers',
  operationId: 'listIdentityProviders',
  summary: 'Providers of single sign-on',
  tags: ['identity'],
  responses: { 200: json(z.object({ items: z.array(IdentityProviderSchema) }), 'All of them, by name') },
});

export const createIdentityProvider = defineRoute(['instance.manage'], {
  method: 'post',
  path: '/api/obs/identity-providers',
  operationId: 'createIdentityProvider',
  summary: 'Add a provider of single sign-on (OpenID Connect)',
  tags: ['identity'],
  request: { body: body(NewIdentityProviderSchema) },
  responses: { 201: json(IdentityProviderSchema, 'The provider'), 409: taken },
});

export const changeIdentityProvider = defineRoute(['instance.manage'], {
  method: 'patch',
  path: '/api/obs/identity-providers/{id}',
  operationId: 'changeIdentityProvider',
  summary: 'Change a provider',
  tags: ['identity'],
  request: { params, body: body(IdentityProviderPatchSchema) },
  responses: { 200: json(IdentityProviderSchema, 'The provider'), 409: taken },
});

export const removeIdentityProvider = defineRoute(['instance.manage'], {
  method: 'delete',
  path: '/api/obs/identity-providers/{id}',
  operationId: 'removeIdentityProvider',
  summary: 'Remove a provider; people keep their accounts',
  tags: ['identity'],
  request: { params },
  responses: { 204: { description: 'It is gone' } },
});

export const testIdentityProvider = defineRoute(['instance.manage'], {
  method: 'post',
  path: '/api/obs/identity-providers/{id}/test',
  operationId: 'testIdentityProvider',
  summary: 'Ask the provider for its own description, and say whether sign-in can work',
  tags: ['identity'],
  request: { params },
  responses: { 200: json(IdentityProviderCheckSchema, 'What was found') },
});
