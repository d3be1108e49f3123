/** OpenLIT: the GenAI conventions with extras of its own (semconv.md, 4b). */
import { parseUsd } from '@sightglass/contract/money';
import type { SpanKind } from '@sightglass/contract/spanKinds';
import type { DecodedSpan } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { firstString, numberAt, stringAt, textAt } from '../attributes.ts';
import { normaliseProvider } from '../providers.ts';
import { readGenAi } from './genAiConventions.ts';
import { optionalText } from './genAiContent.ts';
import { genAiTimeToFirstTokenMs } from './genAiUsage.ts';

const NAME = 'openlit';

/** Operations that the conventions do not have. */
const KINDS: ReadonlyMap<string, SpanKind> = new Map<string, SpanKind>([
  ['image', 'llm'],
  ['audio', 'llm'],
  ['vectordb', 'db'],
]);

/**
 * OpenLIT reported 1 ms where the provider held the first token for 350 ms: what is shorter than any
 * network is not a time to first token.
 */
const PLAUSIBLE_TTFT_MS_MIN = 10;

export const openLit: Dialect = {
  name: NAME,
  covers: ['otel-genai'],
  matches: ({ attributes, scope }) =>
    scope.name === 'openlit' ||
    scope.name.startsWith('@openlit/') ||
    scope.name.startsWith('openlit.') ||
    attributes.get('telemetry.sdk.name') === 'openlit',
  read,
};

function read(span: DecodedSpan): DialectReading {
  const { attributes } = span;
  // Anthropic's own `input_tokens` come through untouched; LangChain has summed them up before OpenLIT sees them.
  const provider = normaliseProvider(firstString(attributes, ['gen_ai.provider.name', 'gen_ai.system']));
  const reading = readGenAi(span, { dialect: NAME, inputExcludesCache: provider === 'anthropic' && !/langchain/i.test(span.scope.name) });
  reading.kind = KINDS.get(stringAt(attributes, 'gen_ai.operation.name') ?? '') ?? reading.kind;

  // 0 stands for "no price", so it is no cost of zero.
  const cost = numberAt(attributes, 'gen_ai.usage.cost');
  reading.reportedCostPicoUsd = cost !== undefined && cost > 0 ? parseUsd(String(cost)) : undefined;

  const ttftMs = genAiTimeToFirstTokenMs(attributes, ['gen_ai.response.time_to_first_chunk', 'gen_ai.server.time_to_first_token']);
  reading.ttftMs = ttftMs !== undefined && ttftMs >= PLAUSIBLE_TTFT_MS_MIN ? ttftMs : undefined;

  const inputKey = ['gen_ai.tool.input', 'gen_ai.workflow.input'].find((key) => attributes.has(key));
  const outputKey = ['gen_ai.tool.output', 'gen_ai.workflow.output', 'gen_ai.agent.final_result'].find((key) => attributes.has(key));
  const payloadKeys = [...(reading.payloadKeys ?? [])];
  if (reading.input === undefined && inputKey !== undefined) {
    reading.input = optionalText(textAt(attributes, inputKey));
    payloadKeys.push(inputKey);
  }
  if (reading.output === undefined && outputKey !== undefined) {
    reading.output = optionalText(textAt(attributes, outputKey));
    payloadKeys.push(outputKey);
  }
  reading.payloadKeys = payloadKeys;
  return reading;
}
