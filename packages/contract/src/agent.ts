import { z } from '@hono/zod-openapi';
import { HEARTBEAT_STATUSES } from './event.ts';
import { HealthSchema } from './health.ts';
import { plainText } from './plainText.ts';
import { TimestampSchema } from './trace.ts';

/** UTF-8; the key of an index has to hold it. */
export const AGENT_ID_BYTES_MAX = 1_000;
export const AGENT_TAGS_MAX = 50;

/** `silent`: no heartbeat for longer than the agent's own rhythm allows. `unknown`: it never sent one. */
export const AGENT_STATUSES = [...HEARTBEAT_STATUSES, 'silent', 'unknown'] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/** A missed heartbeat or two happen: an agent is silent after so many of its intervals, and not before the least time. */
export const SILENT_AFTER_INTERVALS = 3;
export const SILENT_AFTER_MS_MIN = 60_000;
/** While one heartbeat is all that came, there is no interval yet. */
export const SILENT_AFTER_FIRST_MS = 15 * 60_000;

const bytesOfPoint = (point: number) => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
const bytesOf = (text: string) => [...text].reduce((sum, character) => sum + bytesOfPoint(character.codePointAt(0) ?? 0), 0);
/** Text that a PostgreSQL column and an index can hold. */
export const isAgentId = (id: string): boolean => id !== '' && !/[\0\p{Cs}]/u.test(id) && bytesOf(id) <= AGENT_ID_BYTES_MAX;
const agentId = z
  .string()
  .refine(isAgentId, `must be 1 to ${AGENT_ID_BYTES_MAX} bytes of text`)
  .openapi({ example: 'support-bot', description: 'As its telemetry names it' });

const line = plainText(200);
/** Empty and null are the same: nothing is said. */
const optionalLine = (example: string) =>
  line
    .nullable()
    .transform((text) => (text === '' ? null : text))
    .openapi({ type: ['string', 'null'], example });
const tags = z
  .array(plainText(100).min(1))
  .max(AGENT_TAGS_MAX)
  .transform((all) => [...new Set(all)].sort())
  .openapi({ type: 'array', items: { type: 'string' }, example: ['production', 'tier-1'] });

const described = {
  name: optionalLine('Support bot'),
  owner: optionalLine('ada@example.com'),
  department: optionalLine('Support'),
  tags,
};

export const AgentChangesSchema = z
  .strictObject({
    name: described.name.optional(),
    owner: described.owner.optional(),
    department: described.department.optional(),
    tags: described.tags.optional(),
  })
  .openapi('AgentChanges');
export type AgentChanges = z.infer<typeof AgentChangesSchema>;

export const NewAgentSchema = AgentChangesSchema.extend({ agent_id: agentId }).openapi('NewAgent');
export type NewAgent = z.infer<typeof NewAgentSchema>;
export type NewAgentInput = z.input<typeof NewAgentSchema>;

const text = z.string().nullable();

export const AgentSchema = z
  .object({
    agent_id: z.string(),
    name: text,
    owner: text,
    department: text,
    tags: z.array(z.string()),
    /** `service.version` or release of its spans, the one seen last first. */
    versions: z.array(z.string()),
    status: z.enum(AGENT_STATUSES),
    /** Whether somebody created or described it; otherwise its telemetry alone tells of it. */
    registered: z.boolean(),
    created_at: TimestampSchema,
    /** Null until telemetry names it. */
    first_seen_at: TimestampSchema.nullable(),
    /** Of any telemetry that names the agent, heartbeats among it. */
    last_seen_at: TimestampSchema.nullable(),
    /** Null until it sends one. */
    last_heartbeat_at: TimestampSchema.nullable(),
    /** What the last heartbeat said; null when none came, or it said nothing. */
    heartbeat_status: z.enum(HEARTBEAT_STATUSES).nullable(),
    /** The mean time between its last heartbeats; null until there were two. */
    heartbeat_interval_seconds: z.number().nullable(),
    heartbeat_metadata: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('Agent');
export type Agent = z.infer<typeof AgentSchema>;

/** An agent with its health; null where the plan of the workspace leaves that out. */
export const JudgedAgentSchema = AgentSchema.extend({ health: HealthSchema.nullable() }).openapi('JudgedAgent');
export type JudgedAgent = z.infer<typeof JudgedAgentSchema>;
