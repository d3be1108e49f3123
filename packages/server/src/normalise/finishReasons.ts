/** One word for each reason to stop, whichever provider or client says it (semconv.md, end of 4b). */
import type { Attributes } from './decodedSpan.ts';
import { stringsAt } from './attributes.ts';

/** Keys are lower case with `_` for `-` and spaces. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['endturn', 'stop'],
  ['stop_sequence', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['complete', 'stop'],
  ['completed', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['max_completion_tokens', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool_calls'],
  ['tool_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['tooluse', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['function_calls', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['safety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['blocklist', 'content_filter'],
  ['prohibited_content', 'content_filter'],
  ['spii', 'content_filter'],
  ['refusal', 'content_filter'],
  ['guardrail_intervened', 'content_filter'],
  ['error', 'error'],
  ['failed', 'error'],
  ['malformed_function_call', 'error'],
]);

/** Words that say that no reason is known. */
const NO_REASON = new Set(['', 'null', 'none', 'undefined', 'unspecified']);

/**
 * `stop`, `length`, `tool_calls`, `content_filter` or `error`; a reason outside these stays as it was sent.
 * Takes enum names too (`FinishReason.STOP`).
 */
export function normaliseFinishReason(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const text = raw.trim();
  const key = text
    .slice(0, 64)
    .toLowerCase()
    .replace(/^finish_?reason[._]/, '')
    .replace(/[- ]/g, '_');
  if (NO_REASON.has(key)) return undefined;
  return REASONS.get(key) ?? text;
}

/** The reason at `key`, whether it is a list, a JSON list in a string or a plain text; of several choices the first that says one. */
export function finishReasonAt(attributes: Attributes, key: string): string | undefined {
  const reasons = stringsAt(attributes, key);
  if (reasons === undefined) return undefined;
  for (const reason of reasons) {
    const normalised = normaliseFinishReason(reason);
    if (normalised !== undefined) return normalised;
  }
  return undefined;
}
