/**
 * OpenInference: the openai, anthropic, langchain and openai-agents instrumentations, the processor for the
 * AI SDK (openinference-vercel), and spans made with its helpers (semconv.md, 4a).
 */
import { parseUsd } from '@sightglass/contract/money';
import type { SpanKind } from '@sightglass/contract/spanKinds';
import type { Payload, RetrievedDocumentText } from '../canonicalSpan.ts';
import type { Attributes, DecodedSpan } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { asObject, firstString, indexed, numberAt, objectAt, ownProperty, parseJson, stringAt, stringsAt, textAt, toNumber } from '../attributes.ts';
import { documentOf, documentsIn, idAndScoreIn } from '../documents.ts';
import { normaliseFinishReason } from '../finishReasons.ts';
import { jsonPayload, messagesPayloadOf, textPayload } from '../payload.ts';
import { normaliseProvider } from '../providers.ts';
import { makeUsage } from '../usage.ts';
import { answerIn } from './openInferenceAnswer.ts';
import { messagesInValue, openInferenceMessages } from './openInferenceMessages.ts';

const NAME = 'openinference';

const KINDS: ReadonlyMap<string, SpanKind> = new Map<string, SpanKind>([
  ['LLM', 'llm'],
  ['EMBEDDING', 'embedding'],
  ['AGENT', 'agent'],
  ['TOOL', 'tool'],
  ['RETRIEVER', 'retriever'],
  ['RERANKER', 'reranker'],
  ['GUARDRAIL', 'guardrail'],
  ['CHAIN', 'chain'],
  ['PROMPT', 'chain'],
  ['EVALUATOR', 'other'],
]);

export const openInference: Dialect = {
  name: NAME,
  matches: ({ attributes }) => stringAt(attributes, 'openinference.span.kind') !== undefined,
  read,
};

function read(span: DecodedSpan): DialectReading {
  const { attributes } = span;
  const kind = KINDS.get(stringAt(attributes, 'openinference.span.kind')?.toUpperCase() ?? '') ?? 'other';
  const reading: DialectReading = {
    kind,
    provider: normaliseProvider(firstString(attributes, ['llm.provider', 'llm.system'])),
    tags: stringsAt(attributes, 'tag.tags') ?? stringsAt(attributes, 'metadata.tags'),
    context: agentContext(span, kind),
  };
  const payloadKeys = ['input.value', 'output.value'];
  const payloadPrefixes: string[] = [];
  reading.input = valuePayload(attributes, 'input.value');
  // The output of an embedding call is its vectors: no text to read or to search.
  reading.output = kind === 'embedding' ? undefined : valuePayload(attributes, 'output.value');

  if (kind === 'llm') readCall(span, reading, payloadKeys, payloadPrefixes);
  else if (kind === 'embedding') readEmbedding(attributes, reading, payloadKeys);
  else if (kind === 'tool') readTool(span, reading, payloadKeys);
  else if (kind === 'retriever') readRetriever(attributes, reading, payloadPrefixes);
  else if (kind === 'reranker') readReranker(attributes, reading, payloadKeys, payloadPrefixes);
  else reading.requestModel = stringAt(attributes, 'llm.request.model_name') ?? stringAt(attributes, 'llm.model_name');
  if (kind === 'embedding') payloadKeys.splice(payloadKeys.indexOf('output.value'), 1);

  reading.payloadKeys = payloadKeys;
  reading.payloadPrefixes = payloadPrefixes;
  return reading;
}

function valuePayload(attributes: Attributes, key: string): Payload | undefined {
  const text = textAt(attributes, key);
  return text === undefined ? undefined : textPayload(text);
}

/**
 * `agent.name`; openai-agents names its agents by `graph.node.id`, and calls its outermost span, which is
 * the whole workflow and no agent, AGENT as well. openinference-vercel keeps the AI SDK's span names, so
 * there the name is left to the AI SDK's own dialect.
 */
function agentContext({ attributes, scope, name }: DecodedSpan, kind: SpanKind): DialectReading['context'] {
  const named = stringAt(attributes, 'agent.name');
  if (named !== undefined) return { agentId: named };
  if (kind !== 'agent') return undefined;
  const node = stringAt(attributes, 'graph.node.id');
  if (node !== undefined) return { agentId: node };
  return /openai[-_]agents/.test(scope.name) || attributes.has('ai.operationId') || name === '' ? undefined : { agentId: name };
}

function readCall(span: DecodedSpan, reading: DialectReading, payloadKeys: string[], payloadPrefixes: string[]): void {
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

  const input = inputMessages(attributes);
  if (input !== undefined) reading.input = messagesPayloadOf(input);
  const output = openInferenceMessages(attributes, 'llm.output_messages.');
  if (output.length > 0) reading.output = messagesPayloadOf(output);
  const tools = indexed(attributes, 'llm.tools.').flatMap((tool) => textAt(tool, 'tool.json_schema') ?? textAt(tool, 'json_schema') ?? []);
  if (tools.length > 0) reading.toolDefinitions = tools;
  payloadPrefixes.push('llm.input_messages.', 'llm.output_messages.', 'llm.tools.');
  if (reading.input === undefined && reading.output === undefined) payloadKeys.length = 0;
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
function readModels(span: DecodedSpan, reading: DialectReading, request: string | undefined, answered: string | undefined): void {
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

function hasAnswer({ attributes, statusCode }: DecodedSpan): boolean {
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
function aiSdkModel(attributes: Attributes): string | undefined {
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

function readCounts(attributes: Attributes, reading: DialectReading): void {
  if (!hasAiSdkCounts(attributes))
    reading.usage = makeUsage({
      dialect: NAME,
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

function readEmbedding(attributes: Attributes, reading: DialectReading, payloadKeys: string[]): void {
  readModels({ attributes, statusCode: 0 } as DecodedSpan, reading, aiSdkModel(attributes), undefined);
  readCounts(attributes, reading);
  const texts = indexed(attributes, 'embedding.embeddings.').flatMap((embedding) => stringAt(embedding, 'embedding.text') ?? []);
  if (texts.length === 0) return;
  reading.input ??= texts.length === 1 ? textPayload(texts[0] ?? '') : jsonPayload(texts);
  for (const key of attributes.keys()) if (key.startsWith('embedding.embeddings.') && key.endsWith('.embedding.text')) payloadKeys.push(key);
}

function readTool({ attributes, name }: DecodedSpan, reading: DialectReading, payloadKeys: string[]): void {
  // The `traceTool` helper sets no name: the span has it.
  reading.toolName = stringAt(attributes, 'tool.name') ?? name;
  reading.toolCallId = firstString(attributes, ['tool_call.id', 'tool.id']);
  if (reading.input === undefined) {
    reading.input = valuePayload(attributes, 'tool.parameters') ?? valuePayload(attributes, 'tool_call.function.arguments');
    payloadKeys.push('tool.parameters', 'tool_call.function.arguments');
  }
  const message = toolMessage(stringAt(attributes, 'output.value'));
  if (message === undefined) return;
  const content = ownProperty(message, 'content');
  if (content !== undefined && content !== null) reading.output = jsonPayload(content);
  reading.toolCallId ??= textOf(message, 'tool_call_id');
}

/** A LangChain tool answers with a serialised ToolMessage; its content is the result. */
const TOOL_MESSAGE_CHARS_MAX = 256_000;

function toolMessage(output: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (output === undefined || output.length > TOOL_MESSAGE_CHARS_MAX || !output.includes('"ToolMessage"')) return undefined;
  const value = asObject(parseJson(output));
  if (value === undefined) return undefined;
  const message = asObject(ownProperty(value, 'output')) ?? value;
  return asObject(ownProperty(message, 'kwargs'));
}

function readRetriever(attributes: Attributes, reading: DialectReading, payloadPrefixes: string[]): void {
  const documents = flattenedDocuments(attributes, 'retrieval.documents.');
  payloadPrefixes.push('retrieval.documents.');
  const output =
    documents.length === 0 || documents.some(({ id, score }) => id === null || score === null) ? documentsInOutput(attributes) : undefined;
  if (documents.length === 0) {
    reading.documents = output;
    return;
  }
  // LangChain's ids stand only in the output, in the same order.
  if (output?.length === documents.length) {
    for (const [i, document] of documents.entries()) {
      document.id ??= output[i]?.id ?? null;
      document.score ??= output[i]?.score ?? null;
    }
  }
  reading.documents = documents;
}

function documentsInOutput(attributes: Attributes): RetrievedDocumentText[] | undefined {
  const text = stringAt(attributes, 'output.value');
  if (text === undefined) return undefined;
  const value = parseJson(text);
  return documentsIn(value) ?? documentsIn(ownProperty(asObject(value) ?? {}, 'documents'));
}

function readReranker(attributes: Attributes, reading: DialectReading, payloadKeys: string[], payloadPrefixes: string[]): void {
  readModels({ attributes, statusCode: 0 } as DecodedSpan, reading, undefined, undefined);
  if (reading.input === undefined) {
    reading.input = valuePayload(attributes, 'reranker.query');
    payloadKeys.push('reranker.query');
  }
  const ranked = flattenedDocuments(attributes, 'reranker.output_documents.');
  const prefix = ranked.length > 0 ? 'reranker.output_documents.' : 'reranker.input_documents.';
  const documents = ranked.length > 0 ? ranked : flattenedDocuments(attributes, prefix);
  if (documents.length === 0) return;
  reading.documents = documents;
  payloadPrefixes.push(prefix);
}

function flattenedDocuments(attributes: Attributes, prefix: string): RetrievedDocumentText[] {
  return indexed(attributes, prefix).map((group) => {
    const metadataText = textAt(group, 'document.metadata');
    const document = documentOf({
      id: group.get('document.id'),
      score: group.get('document.score'),
      content: group.get('document.content'),
      metadata: metadataText,
    });
    if (metadataText !== undefined && (document.id === null || document.score === null)) {
      const { id, score } = idAndScoreIn(parseJson(metadataText));
      document.id ??= id;
      document.score ??= score;
    }
    return document;
  });
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
