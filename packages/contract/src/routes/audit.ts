import { z } from '@hono/zod-openapi';
import { AUDIT_FAULTS, type AuditFault, HEAD_CODE_PATTERN } from '../auditFaults.ts';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimeSchema } from '../listQuery.ts';
import { TimestampSchema } from '../trace.ts';
import { defineRoute, json } from './defineRoute.ts';

export const ACTOR_KINDS = ['member', 'key', 'system'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** `instance`: the log of what is no workspace's, for who manages the instance. */
export const AUDIT_SCOPES = ['workspace', 'instance'] as const;
export type AuditScope = (typeof AUDIT_SCOPES)[number];

export const AUDIT_FORMATS = ['csv', 'json', 'ndjson'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

export const AuditActorSchema = z
  .object({
    kind: z.enum(ACTOR_KINDS),
    id: z.string().nullable().openapi({ description: 'Of the person or the key; null: the program itself' }),
    name: z.string().nullable().openapi({ description: 'As it was then: the e-mail of a person, the name of a key' }),
    address: z.string().nullable().openapi({ description: 'The other end of the socket' }),
  })
  .openapi('AuditActor');

export const AuditEntrySchema = z
  .object({
    id: z.string().openapi({ example: 'aud_0k3v…' }),
    /** From 1, without gaps, in each workspace and in the instance's own log. */
    seq: z.number().int(),
    created_at: TimestampSchema,
    actor: AuditActorSchema,
    action: z.string().openapi({ example: 'price.set' }),
    target: z.string().openapi({ description: 'Id of what was changed' }),
    before: z.unknown().openapi({ description: 'Null: it was not there. Secrets are ***' }),
    after: z.unknown().openapi({ description: 'Null: it is not there any more. Secrets are ***' }),
  })
  .openapi('AuditEntry');
export type AuditEntry = z.infer<typeof AuditEntrySchema>;

const scope = z.enum(AUDIT_SCOPES).default('workspace').openapi({ description: 'instance needs the permission instance.manage' });

export const AuditFiltersSchema = z.object({
  actor: z.string().min(1).max(320).optional().openapi({ description: 'Id or name of a person or key, or system; upper and lower case are one' }),
  action: z
    .string()
    .regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+)*\.?$/, 'must be an action such as price.set, or the beginning of some with a dot at the end: price.')
    .max(100)
    .optional()
    .openapi({ example: 'price.' }),
  target: z.string().min(1).max(500).optional().openapi({ description: 'Id of what was changed' }),
  from: TimeSchema.optional().openapi({ description: 'Absent: from the beginning' }),
  to: TimeSchema.optional().openapi({ description: 'Not included itself. Absent: until now' }),
});

export const AuditQuerySchema = ControlListQuerySchema.extend(AuditFiltersSchema.shape).extend({
  scope,
  format: z
    .enum(AUDIT_FORMATS)
    .optional()
    .openapi({ description: 'All that the filters find as a file, whatever limit and cursor say. Absent: one page' }),
});
export type AuditQuery = z.infer<typeof AuditQuerySchema>;

const AuditPageSchema = pageOf(AuditEntrySchema);

export const listAudit = defineRoute(['audit.read'], {
  method: 'get',
  path: '/api/obs/audit',
  operationId: 'listAudit',
  summary: 'What was changed, by whom, before and after; newest first',
  description: 'In CSV an empty cell is null, and a text that a spreadsheet would take for a formula begins with an apostrophe.',
  tags: ['identity'],
  request: { query: AuditQuerySchema },
  responses: {
    200: {
      description: 'A page of entries, or all of them as a file',
      content: {
        'application/json': { schema: AuditPageSchema },
        'text/csv': { schema: z.string() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
  },
});

export const HeadCodeSchema = z
  .string()
  .regex(HEAD_CODE_PATTERN, 'must be a head_code as it was answered, such as 412:9f…')
  .openapi({ example: '412:9f…' });

const FAULT_NAMES = Object.keys(AUDIT_FAULTS) as [AuditFault, ...AuditFault[]];

export const AuditVerificationSchema = z
  .object({
    ok: z.boolean(),
    entries: z.number().int().openapi({ description: 'How many there are' }),
    broken_at: z.number().int().optional().openapi({ description: 'seq of the first entry that does not hold; absent when all do' }),
    reason: z.enum(FAULT_NAMES).optional(),
    head_code: HeadCodeSchema.nullable().openapi({
      description:
        'To be noted down elsewhere and sent as `noted` later: it shows whether the log was set back as a whole. Null when the log does not hold',
    }),
  })
  .openapi('AuditVerification');
export type AuditVerification = z.infer<typeof AuditVerificationSchema>;

export const verifyAudit = defineRoute(['audit.read'], {
  method: 'get',
  path: '/api/obs/audit/verify',
  operationId: 'verifyAudit',
  summary: 'Whether the audit log is whole and unchanged',
  tags: ['identity'],
  request: { query: z.object({ scope, noted: HeadCodeSchema.optional() }) },
  responses: { 200: json(AuditVerificationSchema, 'What was found') },
});
