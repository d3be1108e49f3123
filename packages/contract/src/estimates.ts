import { z } from '@hono/zod-openapi';

/**
 * Whether the tokens of calls that were sent without usage are counted from their texts. Such numbers are marked as
 * estimates wherever they are shown; what a client sent is never replaced.
 */
export const EstimatesSchema = z.strictObject({ enabled: z.boolean().default(false) }).openapi('Estimates');
export type Estimates = z.infer<typeof EstimatesSchema>;

/**
 * How `token_rule` begins where the tokens were counted here: `estimated:<encoding>`, then what makes the count less
 * sure, with commas (`ESTIMATE_CAVEATS`): `estimated:o200k_base,other-family`.
 */
export const ESTIMATE_RULE_PREFIX = 'estimated:';

/**
 * - `other-family`: the model has a tokenizer of its own, which is not public or not held here.
 * - `extrapolated`: the texts were too long to count whole; a sample of them was.
 * - `without-media`: images, sounds or files were in the call and are not counted.
 */
export const ESTIMATE_CAVEATS = ['other-family', 'extrapolated', 'without-media'] as const;
export type EstimateCaveat = (typeof ESTIMATE_CAVEATS)[number];
