/**
 * OpenInference: the openai, anthropic, langchain and openai-agents instrumentations, the processor for the
 * AI SDK (openinference-vercel), and spans made with its helpers (semconv.md, 4a).
 */
import type { SpanKind } from '@sightglass/contract/spanKinds';
import type { Payload, RetrievedDocumentText } from '../canonicalSpan.ts';
import type { Attributes, DecodedSpan } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { asObject, firstString, indexed, ownProperty, parseJson, stringAt, stringsAt, textAt } from '../attributes.ts';
import { documentOf, documentsInText } from '../documents.ts';
import { jsonPayload, textPayload } from '../payload.ts';
import { normaliseProvider } from '../providers.ts';
import { aiSdkModel, readCall, readCounts, readModels } from './openInferenceCall.ts';

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
  if (kind === 'llm') readCall(span, reading, payloadPrefixes);
  reading.input ??= valuePayload(attributes, 'input.value');
  // The output of an embedding call is its vectors: no text to read or to search.
  if (kind !== 'embedding') reading.output ??= valuePayload(attributes, 'output.value');
  else payloadKeys.pop();

  if (kind === 'embedding') readEmbedding(span, reading, payloadKeys);
  else if (kind === 'tool') readTool(span, reading, payloadKeys);
  else if (kind === 'retriever') readRetriever(attributes, reading, payloadPrefixes);
  else if (kind === 'reranker') readReranker(span, reading, payloadKeys, payloadPrefixes);
  else if (kind !== 'llm') reading.requestModel = stringAt(attributes, 'llm.request.model_name') ?? stringAt(attributes, 'llm.model_name');

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

function readEmbedding(span: DecodedSpan, reading: DialectReading, payloadKeys: string[]): void {
  const { attributes } = span;
  readModels(span, reading, aiSdkModel(attributes), undefined);
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
  const callId = ownProperty(message, 'tool_call_id');
  if (typeof callId === 'string' && callId !== '') reading.toolCallId ??= callId;
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
    documents.length === 0 || documents.some(({ id, score }) => id === null || score === null)
      ? documentsInText(stringAt(attributes, 'output.value') ?? '')
      : [];
  if (documents.length === 0) {
    reading.documents = output;
    return;
  }
  // LangChain's ids stand only in the output, in the same order.
  if (output.length === documents.length) {
    for (const [i, document] of documents.entries()) {
      document.id ??= output[i]?.id ?? null;
      document.score ??= output[i]?.score ?? null;
    }
  }
  reading.documents = documents;
}

function readReranker(span: DecodedSpan, reading: DialectReading, payloadKeys: string[], payloadPrefixes: string[]): void {
  const { attributes } = span;
  readModels(span, reading, undefined, undefined);
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
  return indexed(attributes, prefix).map((group) =>
    documentOf({
      id: group.get('document.id'),
      score: group.get('document.score'),
      content: group.get('document.content'),
      metadata: group.get('document.metadata'),
    }),
  );
}
