/**
 * Token counts of calls that were sent without any, counted from their texts.
 *
 * - Only of llm and embedding spans that succeeded and whose usage tells neither input nor output nor total: what a client
 *   sent is never replaced, and a total is never split.
 * - Each side is counted where its texts are there; a side without texts stays unknown. An embedding has input only.
 * - Counted are the texts of messages, thoughts, tool calls and their results, the JSON of the tools on offer, and for a
 *   chat the marks around messages. Not counted are images, sounds and files, what a provider adds itself, and thoughts that
 *   it does not show: the true number is often higher.
 * - Of traces they are counted **before masking**, because the provider was sent, and charges, the unmasked text. What
 *   Langfuse's older clients send is masked part by part before there is a span, so there the masked text is counted.
 */
import { ESTIMATE_RULE_PREFIX, type EstimateCaveat } from '@sightglass/contract/estimates';
import type { CanonicalSpan, Payload, Usage } from '../normalise/canonicalSpan.ts';
import type { Side } from '../normalise/messages.ts';
import { textsOfEmbedded, textsOfPart } from './callTexts.ts';
import { type CountedSide, countParts, type RequestCounting, type SpanCounting, spanCounting } from './countParts.ts';
import { encodingOf } from './encodings.ts';

/** Marks before the answer of a chat, charged with its prompt (OpenAI cookbook, "How to count tokens with tiktoken"). */
const ANSWER_MARKS = 3;

export function needsEstimate({ kind, status, usage }: Pick<CanonicalSpan, 'kind' | 'status' | 'usage'>): boolean {
  if ((kind !== 'llm' && kind !== 'embedding') || status !== 'success') return false;
  return usage === null || (usage.inputTokens === null && usage.outputTokens === null && usage.totalTokens === null);
}

/** Whether the tokens were counted here. */
export const isEstimatedHere = (usage: Usage | null): boolean => usage?.rule.startsWith(ESTIMATE_RULE_PREFIX) === true;

/** The span with its usage estimated; the same span where there is nothing to estimate, or no text to count. */
export function withEstimatedUsage(span: CanonicalSpan, request: RequestCounting): CanonicalSpan {
  if (!needsEstimate(span)) return span;
  const { encoding, isOwn } = encodingOf(span.responseModel ?? span.requestModel);
  const counting = spanCounting(request, encoding);
  // The answer first: it is short, and its tokens are the dearer ones.
  const output = span.kind === 'llm' ? countSide(counting, span.output, 'output') : NOTHING;
  const input = span.kind === 'llm' ? countPrompt(counting, span) : countEmbedded(counting, span.input);
  const sides = [input, output].filter(({ tokens }) => tokens > 0);
  if (sides.length === 0) return span;
  const caveats: EstimateCaveat[] = [
    ...(isOwn ? [] : ['other-family' as const]),
    ...(sides.every(({ isWhole }) => isWhole) ? [] : ['extrapolated' as const]),
    ...([input, output].some(({ hasMedia }) => hasMedia) ? ['without-media' as const] : []),
  ];
  return { ...span, usage: estimatedUsage(span.usage, input.tokens, output.tokens, ESTIMATE_RULE_PREFIX + [encoding, ...caveats].join(',')) };
}

const NOTHING: CountedSide = { tokens: 0, hasMedia: false, isWhole: true };

function countSide(counting: SpanCounting, payload: Payload | null, side: Side): CountedSide {
  if (payload === null) return NOTHING;
  const { format, parts } = payload;
  return countParts(counting, parts, { name: `${side} ${format}`, read: (part) => textsOfPart(format, part, side) });
}

function countPrompt(counting: SpanCounting, { input, toolDefinitions }: CanonicalSpan): CountedSide {
  const messages = countSide(counting, input, 'input');
  if (messages.tokens === 0) return messages;
  const tools = countParts(counting, toolDefinitions, { name: 'tool', read: (text) => ({ texts: [text], markTokens: 0, hasMedia: false }) });
  return {
    tokens: messages.tokens + tools.tokens + ANSWER_MARKS,
    hasMedia: messages.hasMedia,
    isWhole: messages.isWhole && tools.isWhole,
  };
}

function countEmbedded(counting: SpanCounting, payload: Payload | null): CountedSide {
  if (payload === null) return NOTHING;
  const { format, parts } = payload;
  return countParts(counting, parts, { name: `embedded ${format}`, read: (part) => textsOfEmbedded(format, part) });
}

/** Parts that were sent stay, and their whole is at least as large. 0 counted tokens are not known ones. */
function estimatedUsage(sent: Usage | null, input: number, output: number, rule: string): Usage {
  const cached = (sent?.cacheReadTokens ?? 0) + (sent?.cacheWriteTokens ?? 0);
  return {
    cacheReadTokens: null,
    cacheWriteTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: null,
    audioInputTokens: null,
    audioOutputTokens: null,
    imageInputTokens: null,
    totalTokens: null,
    reported: {},
    ...sent,
    inputTokens: input === 0 ? null : Math.max(input, cached),
    outputTokens: output === 0 ? null : Math.max(output, sent?.reasoningTokens ?? 0),
    rule,
    estimated: true,
  };
}
