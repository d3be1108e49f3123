import { z } from '@hono/zod-openapi';

/** Ids that Sightglass makes carry a prefix, so that one kind cannot be passed as another. */
export const ID_PREFIXES = {
  workspace: 'wsp',
  user: 'usr',
  apiKey: 'key',
  price: 'prc',
  dataKey: 'dk',
  recompute: 'rcp',
  auditEntry: 'aud',
  customRole: 'rol',
  invitation: 'inv',
  team: 'tea',
  identityProvider: 'idp',
  alertRule: 'rul',
  alert: 'alr',
  alertChannel: 'chn',
  silence: 'sil',
  delivery: 'dlv',
  notification: 'ntf',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

export type WorkspaceId = string & { readonly __id: 'workspace' };
export type UserId = string & { readonly __id: 'user' };
export type ApiKeyId = string & { readonly __id: 'apiKey' };

/** 32 lower-case hex digits, not all zero (W3C trace context). */
export const TraceIdSchema = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, 'must be 32 lower-case hex digits, not all zero');
/** 16 lower-case hex digits, not all zero. */
export const SpanIdSchema = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/, 'must be 16 lower-case hex digits, not all zero');
