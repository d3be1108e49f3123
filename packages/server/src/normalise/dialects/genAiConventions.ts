/**
 * One reading of the OpenTelemetry GenAI conventions, both generations of names (semconv.md, 4a). The
 * dialects that extend the conventions (Traceloop, OpenLIT) read through this and change what they do
 * differently.
 */
import type { DecodedSpan } from '../decodedSpan.ts';
import type { DialectReading } from '../dialect.ts';
import { firstString, numberAt, stringAt, textAt } from '../attributes.ts';
import { finishReasonAt } from '../finishReasons.ts';
import { normaliseProvider } from '../providers.ts';
import { makeUsage, type ReportedUsage } from '../usage.ts';
import { genAiDocuments, genAiInput, genAiOutput, optionalText, toolDefinitionTexts } from './genAiContent.ts';
import { genAiKind } from './genAiKinds.ts';
import { genAiTimeToFirstTokenMs, reportedGenAiUsage } from './genAiUsage.ts';

/** All in seconds. The second is a metric's name that AI SDK 7 and Logfire put on spans. */
const TIME_TO_FIRST_TOKEN_KEYS = [
  'gen_ai.response.time_to_first_chunk',
  'gen_ai.client.operation.time_to_first_chunk',
  'gen_ai.server.time_to_first_token',
  'gen_ai.response.time_to_first_token',
];

const SERVICE_TIER_KEYS = [
  'gen_ai.openai.response.service_tier',
  'openai.response.service_tier',
  'gen_ai.response.service_tier',
  'gen_ai.openai.request.service_tier',
  'openai.request.service_tier',
  'gen_ai.request.service_tier',
];

/** Reads the span in full; `usage` says how the reporting client counts. */
export function readGenAi(span: DecodedSpan, usage: Omit<ReportedUsage, 'reported'>): DialectReading {
  const { attributes } = span;
  const kind = genAiKind(span);
  const reading: DialectReading = {
    kind,
    provider: normaliseProvider(firstString(attributes, ['gen_ai.provider.name', 'gen_ai.system'])),
    requestModel: stringAt(attributes, 'gen_ai.request.model'),
    responseModel: stringAt(attributes, 'gen_ai.response.model'),
    responseId: stringAt(attributes, 'gen_ai.response.id'),
    usage: kind === 'llm' || kind === 'embedding' ? makeUsage({ ...usage, reported: reportedGenAiUsage(attributes) }) : undefined,
    serviceTier: firstString(attributes, SERVICE_TIER_KEYS)?.toLowerCase(),
    ttftMs: genAiTimeToFirstTokenMs(attributes, TIME_TO_FIRST_TOKEN_KEYS),
    finishReason: finishReasonAt(attributes, 'gen_ai.response.finish_reasons'),
    temperature: numberAt(attributes, 'gen_ai.request.temperature'),
    maxTokens: numberAt(attributes, 'gen_ai.request.max_tokens'),
  };
  const payloadKeys: string[] = [];
  const payloadPrefixes: string[] = [];

  if (kind === 'tool') {
    reading.toolName = stringAt(attributes, 'gen_ai.tool.name') ?? span.name.replace(/^execute_tool /, '');
    reading.toolCallId = stringAt(attributes, 'gen_ai.tool.call.id');
    reading.input = optionalText(textAt(attributes, 'gen_ai.tool.call.arguments'));
    reading.output = optionalText(textAt(attributes, 'gen_ai.tool.call.result'));
    payloadKeys.push('gen_ai.tool.call.arguments', 'gen_ai.tool.call.result');
  }
  if (reading.input === undefined) {
    const input = genAiInput(span);
    reading.input = input?.payload;
    payloadKeys.push(...(input?.keys ?? []));
    payloadPrefixes.push(...(input?.prefixes ?? []));
  }
  if (reading.output === undefined) {
    const output = genAiOutput(span);
    reading.output = output?.payload;
    payloadKeys.push(...(output?.keys ?? []));
    payloadPrefixes.push(...(output?.prefixes ?? []));
  }
  if (kind === 'retriever' || kind === 'reranker') {
    reading.documents = genAiDocuments(attributes);
    if (reading.documents !== undefined) payloadKeys.push('gen_ai.retrieval.documents');
    if (reading.input === undefined) {
      reading.input = optionalText(textAt(attributes, 'gen_ai.retrieval.query.text'));
      payloadKeys.push('gen_ai.retrieval.query.text');
    }
  }
  reading.toolDefinitions = toolDefinitionTexts(attributes.get('gen_ai.tool.definitions'));
  if (reading.toolDefinitions !== undefined) payloadKeys.push('gen_ai.tool.definitions');
  reading.payloadKeys = payloadKeys;
  reading.payloadPrefixes = payloadPrefixes;
  return reading;
}
