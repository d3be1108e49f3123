/** For which alerts nobody is told, from when to when. Repeated, it is a maintenance window. */
import { z } from '@hono/zod-openapi';
import { SEVERITIES } from './alertRule.ts';
import { isStorableText, longText } from './plainText.ts';
import { TimestampSchema } from './trace.ts';

export const SILENCES_MAX = 1_000;
export const SILENCE_REPEATS = ['daily', 'weekly'] as const;

const moment = TimestampSchema.refine((text) => !Number.isNaN(Date.parse(text)), 'must be RFC 3339, like 2026-11-20T09:00:00Z');

/** An alert is meant when all of them fit. Any other key is a label. */
export const SilenceMatchersSchema = z
  .object({
    rule_id: z.string().min(1).max(64).optional(),
    rule_name: z.string().min(1).max(120).optional(),
    agent_id: z.string().min(1).max(1_000).optional(),
    severity: z.enum(SEVERITIES).optional(),
  })
  .catchall(z.string().min(1).max(1_000))
  .refine((matchers) => Object.keys(matchers).length > 0, 'needs at least one: an empty one would silence everything')
  .refine((matchers) => Object.keys(matchers).length <= 20, 'may have 20 entries')
  .refine(
    (matchers) => Object.entries(matchers).every(([key, value]) => isStorableText(key) && isStorableText(value ?? '')),
    'has a character that is none',
  )
  .openapi('SilenceMatchers');
export type SilenceMatchers = z.infer<typeof SilenceMatchersSchema>;

export const NewSilenceSchema = z
  .object({
    matchers: SilenceMatchersSchema,
    starts_at: moment.optional().openapi({ description: 'Absent: now' }),
    ends_at: moment,
    comment: longText(1_000).default(''),
    repeat: z
      .enum(SILENCE_REPEATS)
      .nullish()
      .openapi({ description: 'The same hours again, by the calendar of the workspace’s time zone, until it is deleted' }),
  })
  .openapi('NewSilence');
export type NewSilence = z.infer<typeof NewSilenceSchema>;

export const SilenceSchema = z
  .object({
    id: z.string().openapi({ example: 'sil_0k3v…' }),
    matchers: z.record(z.string(), z.string()),
    starts_at: TimestampSchema,
    ends_at: TimestampSchema,
    comment: z.string(),
    repeat: z.enum(SILENCE_REPEATS).nullable(),
    state: z.enum(['pending', 'active', 'expired']),
    created_by: z.string().nullable().openapi({ description: 'As they were called then' }),
    created_at: TimestampSchema,
  })
  .openapi('Silence');
export type Silence = z.infer<typeof SilenceSchema>;
