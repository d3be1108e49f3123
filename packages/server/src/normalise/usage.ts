/**
 * Builds the canonical token counts out of what a client reported. Which clients leave cached tokens out of
 * `input`, or reasoning out of `output`, is decided by (dialect, version, provider) in the dialect files
 * (semconv.md, section 5); this file applies the decision and names the rule that was applied.
 */
import type { Usage } from './canonicalSpan.ts';

export type UsageField =
  | 'input'
  | 'output'
  | 'total'
  | 'cache_read'
  | 'cache_write'
  | 'cache_write_1h'
  | 'reasoning'
  | 'audio_input'
  | 'audio_output'
  | 'image_input';

export interface ReportedUsage {
  /** Name of the dialect, the prefix of the rule. */
  dialect: string;
  /** The numbers as sent. What is undefined, NaN, negative or beyond 2^53 counts as not sent. */
  reported: Partial<Record<UsageField, number | undefined>>;
  /** True where the client's `input` has neither cache reads nor writes in it. Default: not known, trust the convention (includes). */
  inputExcludesCache?: boolean | 'unknown';
  /** True where the client's `output` leaves reasoning out. Default false. */
  outputExcludesReasoning?: boolean;
  /** True when the numbers are the client's own guess. */
  estimated?: boolean;
}

const FIELDS: readonly UsageField[] = [
  'input',
  'output',
  'total',
  'cache_read',
  'cache_write',
  'cache_write_1h',
  'reasoning',
  'audio_input',
  'audio_output',
  'image_input',
];

/**
 * The usage of one call, or undefined when no number was reported. A part that is larger than the whole it
 * should be in was surely left out of it: then it is added whatever the dialect claims, and the result is
 * marked as estimated because the rule was guessed from the numbers.
 */
export function makeUsage({ dialect, reported, inputExcludesCache, outputExcludesReasoning, estimated }: ReportedUsage): Usage | undefined {
  const sent: Partial<Record<UsageField, number>> = {};
  let any = false;
  for (const field of FIELDS) {
    const count = toCount(reported[field]);
    if (count === undefined) continue;
    sent[field] = count;
    any = true;
  }
  if (!any) return undefined;

  let guessed = false;
  let rule = '';

  let input = sent.input;
  const cacheWrite = sent.cache_write ?? sent.cache_write_1h;
  const cached = (sent.cache_read ?? 0) + (cacheWrite ?? 0);
  if (input !== undefined && cached > 0) {
    const surelyExcludes = cached > input;
    if (inputExcludesCache === true || surelyExcludes) {
      guessed = inputExcludesCache !== true;
      input += cached;
      rule = 'input+cache';
    }
  }

  let output = sent.output;
  const reasoning = sent.reasoning ?? 0;
  if (output !== undefined && reasoning > 0) {
    const surelyExcludes = reasoning > output;
    if (outputExcludesReasoning === true || surelyExcludes) {
      guessed ||= outputExcludesReasoning !== true;
      output += reasoning;
      rule = rule === '' ? 'output+reasoning' : `${rule},output+reasoning`;
    }
  }

  return {
    inputTokens: input ?? null,
    outputTokens: output ?? null,
    cacheReadTokens: sent.cache_read ?? null,
    cacheWriteTokens: cacheWrite ?? null,
    cacheWrite1hTokens: sent.cache_write_1h ?? null,
    reasoningTokens: sent.reasoning ?? null,
    audioInputTokens: sent.audio_input ?? null,
    audioOutputTokens: sent.audio_output ?? null,
    imageInputTokens: sent.image_input ?? null,
    totalTokens: sent.total ?? null,
    reported: sent,
    rule: `${dialect}:${rule === '' ? 'includes' : rule}`,
    estimated: estimated === true || guessed,
  };
}

/** A token count: a whole number from 0 to 2^53. A fraction is rounded, since tokens are counted, not measured. */
function toCount(value: number | undefined): number | undefined {
  if (value === undefined || !(value >= 0)) return undefined;
  const whole = Math.round(value);
  return Number.isSafeInteger(whole) ? whole : undefined;
}
