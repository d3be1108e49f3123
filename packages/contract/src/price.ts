/** A price as the API takes and shows it. All amounts are exact decimal strings of US dollars. */
import { z } from '@hono/zod-openapi';
import { parseUsd } from './money.ts';
import { parseTimestamp } from './timestamp.ts';
import { TimestampSchema, UsdSchema } from './trace.ts';

/** Above a million dollars per million tokens a price is a slip of the pen. */
const RATE_PICO_USD_MAX = 1_000_000n * 1_000_000_000_000n;
const RATE_DECIMALS_MAX = 12;
const NAME_CHARS_MAX = 256;
const ALIASES_MAX = 100;
const TIERS_MAX = 10;

/** Dollars, as a number or as a decimal text; kept exactly as written. */
const RateSchema = z
  .union([z.number(), z.string().max(40)])
  .transform(String)
  .refine((text) => {
    const amount = parseUsd(text);
    return amount !== undefined && amount >= 0n && amount <= RATE_PICO_USD_MAX;
  }, 'must be dollars from 0 to 1000000')
  .refine((text) => /e/i.test(text) || (text.split('.')[1]?.length ?? 0) <= RATE_DECIMALS_MAX, `may have ${RATE_DECIMALS_MAX} decimals`)
  .openapi({ type: 'string', example: '1.25', description: 'Dollars, exact; a number is taken as it is written' });

/** The names under which the API speaks of the classes a call is charged by: dollars per million tokens, or per request. */
export const RATE_NAMES = [
  'input_per_mtok',
  'output_per_mtok',
  'cache_read_per_mtok',
  'cache_write_per_mtok',
  'cache_write_1h_per_mtok',
  'reasoning_per_mtok',
  'audio_input_per_mtok',
  'audio_output_per_mtok',
  'image_input_per_mtok',
  'per_request',
] as const;
export type RateName = (typeof RATE_NAMES)[number];

/** A class that is absent or null is charged like the one it is part of: cached, audio and image input as input, reasoning and audio output as output. */
const optionalRates = Object.fromEntries(RATE_NAMES.map((name) => [name, RateSchema.nullish()])) as Record<
  RateName,
  z.ZodOptional<z.ZodNullable<typeof RateSchema>>
>;

const TierRatesSchema = z.strictObject({ above_input_tokens: z.number().int().min(1).max(1_000_000_000), ...optionalRates });
const risingTiers = z
  .array(TierRatesSchema)
  .max(TIERS_MAX)
  .default([])
  .openapi({ description: 'Rates of the whole call once its input is larger; what is absent is as in the price itself' });

const NameSchema = z.string().trim().min(1).max(NAME_CHARS_MAX);
/** A day is meant from its beginning, UTC. */
const MomentSchema = TimestampSchema.transform((text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)).refine(
  (text) => parseTimestamp(text) !== undefined,
  'must be RFC 3339, like 2026-11-20T00:00:00Z, or a day',
);

/** A price of a workspace's own. */
export const NewPriceSchema = z
  .strictObject({
    provider: NameSchema.openapi({ example: 'openai', description: 'In any usual spelling; `custom` for models of your own' }),
    model: NameSchema.openapi({ example: 'gpt-4o' }),
    ...optionalRates,
    context_tiers: risingTiers,
    /** By name as calls report it: `batch`, `flex`. */
    service_tiers: z
      .record(NameSchema, z.strictObject({ ...optionalRates, context_tiers: risingTiers }))
      .refine((tiers) => Object.keys(tiers).length <= TIERS_MAX, `may have ${TIERS_MAX} entries`)
      .default({}),
    aliases: z.array(NameSchema).max(ALIASES_MAX).default([]).openapi({ description: 'Further names of the model, in full' }),
    patterns: z
      .array(NameSchema)
      .max(ALIASES_MAX)
      .default([])
      .openapi({ description: 'Further names with * for anything: `acme-chat-*`. The pattern that fixes most characters wins' }),
    effective_from: MomentSchema.nullish().openapi({ description: 'Calls that start from then on; absent: since ever' }),
    effective_to: MomentSchema.nullish().openapi({ description: 'Excluded; absent: until a later price of the same model begins' }),
    note: z.string().trim().max(500).default('').openapi({ description: 'Where the figures come from' }),
  })
  .openapi('NewPrice');
export type NewPrice = z.infer<typeof NewPriceSchema>;
export type NewPriceInput = z.input<typeof NewPriceSchema>;

const shownRates = Object.fromEntries(RATE_NAMES.map((name) => [name, UsdSchema.nullable()])) as Record<RateName, z.ZodNullable<typeof UsdSchema>>;
const ShownTierSchema = z.object({ above_input_tokens: z.number().int(), ...shownRates });

/** Null for a class that has no price of its own. */
export const PriceItemSchema = z
  .object({
    id: z.string().openapi({ example: 'prc_4f1c…' }),
    origin: z.enum(['override', 'bundled']),
    provider: z.string(),
    model: z.string(),
    ...shownRates,
    context_tiers: z.array(ShownTierSchema),
    service_tiers: z.record(z.string(), z.object({ ...shownRates, context_tiers: z.array(ShownTierSchema) })),
    aliases: z.array(z.string()),
    patterns: z.array(z.string()),
    effective_from: TimestampSchema.nullable(),
    /** When a later price, or its own end, takes it out of force. */
    effective_to: TimestampSchema.nullable(),
    /** Part of the day it holds for, UTC: `00:30–08:30`. */
    daily_window: z.string().nullable(),
    source: z.string(),
    /** When the workspace set it, and who; null for a bundled price. */
    created_at: TimestampSchema.nullable(),
    created_by: z.string().nullable(),
    /** When it was replaced or removed: it explains older costs and prices nothing any more. */
    retired_at: TimestampSchema.nullable(),
  })
  .openapi('Price');
export type PriceItem = z.infer<typeof PriceItemSchema>;
