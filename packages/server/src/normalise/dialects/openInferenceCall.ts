/** A model call as OpenInference tells it: models, counts, cost, messages and tools. */
import { parseUsd } from '@sightglass/contract/money';
import type { Attributes, DecodedSpan } from '../decodedSpan.ts';
import type { DialectReading } from '../dialect.ts';
import { firstString, indexed, numberAt, objectAt, ownProperty, stringAt, textAt, toNumber } from '../attributes.ts';
import { normaliseFinishReason } from '../finishReasons.ts';
import { messagesPayloadOf } from '../payload.ts';
import { normaliseProvider } from '../providers.ts';
import { makeUsage } from '../usage.ts';
import { answerIn } from './openInferenceAnswer.ts';
import { messagesInValue, openInferenceMessages } from './openInferenceMessages.ts';

/** The Python instrumentations mark the first chunk of a stream; those for JavaScript do not. */
const FIRST_TOKEN_EVENT = 'First Token Stream Event';

/** Fills `reading` from a span of kind LLM; the texts of a call that has no messages are left to the caller. */
export function readCall(span: DecodedSpan, reading: DialectReading, payloadPrefixes: string[]): void {
  const { attributes } = span;
  const parameters = objectAt(attributes, 'llm.invocation_parameters');
  // The openai-agents instrumentation puts the whole answer where the request's parameters belong.
  const answer = parameters !== undefined && isAnswer(parameters) ? parameters : undefined;
  const given = answerIn(attributes.get('output.value'));
  const request =
    stringAt(attributes, 'llm.request.model_name') ?? (answer === undefined ? textOf(parameters, 'model') : undefined) ?? aiSdkModel(attributes);
  readModels(span, reading, request, given.model ?? textOf(answer, 'model'));
  reading.responseId = textOf(answer, 'id') ?? given.id;
  reading.serviceTier = (given.serviceTier ?? textOf(parameters, 'service_tier'))?.toLowerCase();
  reading.provider ??= normaliseProvider(textOf(objectAt(attributes, 'metadata'), 'ls_provider'));
  reading.finishReason = normaliseFinishReason(stringAt(attributes, 'llm.finish_reason'));
  reading.temperature = numberOf(parameters, ['temperature']);
  reading.maxTokens = numberOf(parameters, ['max_completion_tokens', 'max_tokens', 'max_output_tokens', 'maxOutputTokens', 'maxTokens']);
  readCounts(attributes, reading);
  const firstToken = span.events.find(({ name }) => name === FIRST_TOKEN_EVENT);
  if (firstToken !== undefined) reading.ttftMs = Number(firstToken.timeNs - span.startNs) / 1e6;

  const input = inputMessages(attributes);
  if (input !== undefined) reading.input = messagesPayloadOf(input);
  const output = openInferenceMessages(attributes, 'llm.output_messages.');
  if (output.length > 0) reading.output = messagesPayloadOf(output);
  const tools = indexed(attributes, 'llm.tools.').flatMap((tool) => textAt(tool, 'tool.json_schema') ?? textAt(tool, 'json_schema') ?? []);
  if (tools.length > 0) reading.toolDefinitions = tools;
  payloadPrefixes.push('llm.input_messages.', 'llm.output_messages.', 'llm.tools.');
}

/** SDKs keep 128 attributes by default and drop what is set later: then the request itself has more messages. */
const ATTRIBUTES_LIMIT = 128;

function inputMessages(attributes: Attributes): unknown[] | undefined {
  const flattened = openInferenceMessages(attributes, 'llm.input_messages.');
  if (attributes.size >= ATTRIBUTES_LIMIT) {
    const value = stringAt(attributes, 'input.value');
    const whole = value === undefined ? undefined : messagesInValue(value);
    if (whole !== undefined && whole.length > flattened.length) return whole;
  }
  return flattened.length === 0 ? undefined : flattened;
}

/**
 * `llm.model_name` is the request's model until an answer came, and the answer's from then on; where the
 * name is the requested one it stays unknown what answered. The answer itself (`answered`) settles it.
 */
export function readModels(
  span: Pick<DecodedSpan, 'attributes' | 'statusCode'>,
  reading: DialectReading,
  request: string | undefined,
  answered: string | undefined,
): void {
  const { attributes } = span;
  const named = firstString(attributes, ['llm.model_name', 'embedding.model_name', 'reranker.model_name']);
  const response = stringAt(attributes, 'llm.response.model_name');
  reading.requestModel = request;
  if (response !== undefined || named === undefined) {
    reading.responseModel = response ?? answered;
    return;
  }
  if (answered !== undefined && named === request) reading.responseModel = answered;
  else if (named === answered || (named !== request && hasAnswer(span))) reading.responseModel = named;
  else if (request === undefined) reading.requestModel = named;
}

function hasAnswer({ attributes, statusCode }: Pick<DecodedSpan, 'attributes' | 'statusCode'>): boolean {
  if (statusCode === 2) return false;
  return (
    attributes.has('output.value') ||
    attributes.has('llm.token_count.completion') ||
    attributes.has('llm.token_count.total') ||
    attributes.has('llm.output_messages.0.message.role') ||
    attributes.has('embedding.embeddings.0.embedding.vector')
  );
}

/** openinference-vercel leaves the AI SDK's attributes on the span. */
export function aiSdkModel(attributes: Attributes): string | undefined {
  return firstString(attributes, ['ai.model.id', 'gen_ai.request.model']);
}

function isAnswer(parameters: Readonly<Record<string, unknown>>): boolean {
  return (typeof parameters.id === 'string' && parameters.id.startsWith('resp_')) || parameters.object === 'response';
}

/**
 * openinference-vercel copies two of the AI SDK's counts, without the cached ones and without a rule of its
 * own: there the counts are read from the AI SDK's attributes, which it leaves on the span.
 */
function hasAiSdkCounts(attributes: Attributes): boolean {
  return attributes.has('ai.operationId') && (attributes.has('ai.usage.inputTokens') || attributes.has('ai.usage.promptTokens'));
}

export function readCounts(attributes: Attributes, reading: DialectReading): void {
  if (!hasAiSdkCounts(attributes))
    reading.usage = makeUsage({
      dialect: 'openinference',
      // All OpenInference instrumentations sum Anthropic's three numbers themselves.
      inputExcludesCache: false,
      reported: {
        input: numberAt(attributes, 'llm.token_count.prompt'),
        output: numberAt(attributes, 'llm.token_count.completion'),
        total: numberAt(attributes, 'llm.token_count.total'),
        cache_read:
          numberAt(attributes, 'llm.token_count.prompt_details.cache_read') ?? numberAt(attributes, 'llm.token_count.prompt_details.cache_input'),
        cache_write: numberAt(attributes, 'llm.token_count.prompt_details.cache_write'),
        reasoning: numberAt(attributes, 'llm.token_count.completion_details.reasoning'),
        audio_input: numberAt(attributes, 'llm.token_count.prompt_details.audio'),
        audio_output: numberAt(attributes, 'llm.token_count.completion_details.audio'),
      },
    });
  const total = usdAt(attributes, 'llm.cost.total');
  const prompt = usdAt(attributes, 'llm.cost.prompt');
  const completion = usdAt(attributes, 'llm.cost.completion');
  reading.reportedCostPicoUsd = total ?? (prompt !== undefined && completion !== undefined ? prompt + completion : undefined);
}

function usdAt(attributes: Attributes, key: string): bigint | undefined {
  const usd = numberAt(attributes, key);
  return usd === undefined || usd < 0 ? undefined : parseUsd(String(usd));
}

function textOf(object: Readonly<Record<string, unknown>> | undefined, key: string): string | undefined {
  const value = object === undefined ? undefined : ownProperty(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(object: Readonly<Record<string, unknown>> | undefined, keys: readonly string[]): number | undefined {
  if (object === undefined) return undefined;
  for (const key of keys) {
    const value = toNumber(ownProperty(object, key));
    if (value !== undefined) return value;
  }
  return undefined;
}
