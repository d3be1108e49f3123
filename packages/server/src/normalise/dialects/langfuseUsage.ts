/**
 * `langfuse.observation.usage_details` and `cost_details`. Langfuse counts in classes that do not overlap:
 * its wrappers take every `input_*` part off `input` and every `output_*` part off `output`, so the classes
 * of a side are added up again (semconv.md, section 5). A person may write anything in there; where the
 * given total shows that the parts were left inside, they are not added a second time.
 */
import { parseUsd } from '@sightglass/contract/money';
import { asObject, toNumber } from '../attributes.ts';
import type { Usage } from '../canonicalSpan.ts';
import { makeUsage } from '../usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whole sides, under the names of Langfuse and of the providers whose usage block people pass on as it is. */
const INPUT_KEYS = ['input', 'input_tokens', 'prompt_tokens', 'promptTokens', 'inputTokens'];
const OUTPUT_KEYS = ['output', 'output_tokens', 'completion_tokens', 'completionTokens', 'outputTokens'];
const TOTAL_KEYS = ['total', 'total_tokens', 'totalTokens'];
const WHOLE_KEYS = new Set([...INPUT_KEYS, ...OUTPUT_KEYS, ...TOTAL_KEYS]);

interface Parts {
  input: number;
  output: number;
  cacheRead: number | undefined;
  cacheWrite: number | undefined;
  cacheWrite1h: number | undefined;
  reasoning: number | undefined;
  audioInput: number | undefined;
  audioOutput: number | undefined;
  imageInput: number | undefined;
}

function plus(sum: number | undefined, count: number): number {
  return (sum ?? 0) + count;
}

function partsOf(details: Fields): Parts {
  const parts: Parts = {
    input: 0,
    output: 0,
    cacheRead: undefined,
    cacheWrite: undefined,
    cacheWrite1h: undefined,
    reasoning: undefined,
    audioInput: undefined,
    audioOutput: undefined,
    imageInput: undefined,
  };
  for (const [key, value] of Object.entries(details)) {
    const count = typeof value === 'object' ? undefined : toNumber(value);
    if (count === undefined || count < 0 || WHOLE_KEYS.has(key)) continue;
    const isOutput = key.startsWith('output_');
    if (isOutput) parts.output += count;
    else if (key.startsWith('input_') || key.includes('cache')) parts.input += count;
    else continue;
    if (key.includes('cache')) {
      if (/cache_?(creation|write)/i.test(key)) {
        parts.cacheWrite = plus(parts.cacheWrite, count);
        if (key.includes('1h')) parts.cacheWrite1h = plus(parts.cacheWrite1h, count);
      } else {
        parts.cacheRead = plus(parts.cacheRead, count);
      }
    } else if (/reasoning|thought/.test(key)) parts.reasoning = plus(parts.reasoning, count);
    else if (key.includes('audio') && isOutput) parts.audioOutput = plus(parts.audioOutput, count);
    else if (key.includes('audio')) parts.audioInput = plus(parts.audioInput, count);
    else if (key.includes('image') && !isOutput) parts.imageInput = plus(parts.imageInput, count);
  }
  return parts;
}

/** A usage block of OpenAI's shape keeps its parts in objects of their own; they are inside the whole. */
function nestedParts(details: Fields): Partial<Parts> {
  const input = asObject(details.prompt_tokens_details ?? details.input_tokens_details ?? details.input_token_details) ?? {};
  const output = asObject(details.completion_tokens_details ?? details.output_tokens_details ?? details.output_token_details) ?? {};
  return {
    cacheRead: toNumber(input.cached_tokens ?? input.cache_read),
    cacheWrite: toNumber(input.cache_creation),
    reasoning: toNumber(output.reasoning_tokens ?? output.reasoning),
    audioInput: toNumber(input.audio_tokens ?? input.audio),
    audioOutput: toNumber(output.audio_tokens ?? output.audio),
  };
}

function firstOf(details: Fields, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const count = toNumber(details[key]);
    if (count !== undefined) return count;
  }
  return undefined;
}

/** The usage of a generation, or undefined when no number is in the details. */
export function langfuseUsage(details: Fields): Usage | undefined {
  const input = firstOf(details, INPUT_KEYS);
  const output = firstOf(details, OUTPUT_KEYS);
  const total = firstOf(details, TOTAL_KEYS);
  const parts = partsOf(details);
  const nested = nestedParts(details);

  const partsAreInside = total !== undefined && parts.input + parts.output > 0 && (input ?? 0) + (output ?? 0) === total;
  const addedInput = partsAreInside ? 0 : parts.input;
  const addedOutput = partsAreInside ? 0 : parts.output;
  const sides = withinTotal((input ?? 0) + addedInput, (output ?? 0) + addedOutput, total, { input, output });
  const usage = makeUsage({
    dialect: 'langfuse',
    reported: {
      input: input === undefined && addedInput === 0 ? undefined : sides.input,
      output: output === undefined && addedOutput === 0 ? undefined : sides.output,
      total,
      cache_read: parts.cacheRead ?? nested.cacheRead,
      cache_write: parts.cacheWrite ?? nested.cacheWrite,
      cache_write_1h: parts.cacheWrite1h,
      reasoning: parts.reasoning ?? nested.reasoning,
      audio_input: parts.audioInput ?? nested.audioInput,
      audio_output: parts.audioOutput ?? nested.audioOutput,
      image_input: parts.imageInput,
    },
  });
  if (usage === undefined) return undefined;
  const rule = [addedInput > 0 ? 'input+parts' : '', addedOutput > 0 ? 'output+parts' : ''].filter((name) => name !== '').join(',');
  return { ...usage, reported: reportedOf(details), ...(rule === '' ? {} : { rule: `langfuse:${rule}` }) };
}

/**
 * Parts may overlap (cached tokens are text or audio tokens too); then the wrapper stops at a rest of zero
 * and the sum comes out above the provider's total, which tells what that side really is.
 */
function withinTotal(
  input: number,
  output: number,
  total: number | undefined,
  rest: { input: number | undefined; output: number | undefined },
): { input: number; output: number } {
  if (total === undefined || input + output <= total) return { input, output };
  if (rest.input === 0 && output <= total) return { input: total - output, output };
  if (rest.output === 0 && input <= total) return { input, output: total - input };
  return { input, output };
}

/** More keys than this are no usage classes. */
const REPORTED_MAX = 40;

function reportedOf(details: Fields): Record<string, number> {
  const reported: [string, number][] = [];
  for (const [key, value] of Object.entries(details).slice(0, REPORTED_MAX)) {
    const count = typeof value === 'object' ? undefined : toNumber(value);
    if (count !== undefined && key !== '__proto__') reported.push([key.slice(0, 100), count]);
  }
  return Object.fromEntries(reported);
}

/** Dollars of `cost_details` in pico-dollars: the total, or the sum of the classes where no total was sent. */
export function langfuseCostPicoUsd(details: Fields): bigint | undefined {
  const total = picoUsd(details.total);
  if (total !== undefined) return total;
  let sum: bigint | undefined;
  for (const value of Object.values(details)) {
    const cost = picoUsd(value);
    if (cost !== undefined) sum = (sum ?? 0n) + cost;
  }
  return sum;
}

/** The shortest decimal that gives the same double is the number that was written. */
function picoUsd(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  const cost = text.length <= 64 ? parseUsd(text) : undefined;
  return cost === undefined || cost < 0n ? undefined : cost;
}
