/**
 * LangSmith's OpenTelemetry export (semconv.md, 4b). Its own span kind goes before `gen_ai.operation.name`,
 * which it sets wrongly for retrievers; its status is always OK, so that only an exception event tells of a
 * failure; `langsmith.trace.session_name` is the project and never a session.
 */
import type { SpanKind } from '@sightglass/contract/spanKinds';
import { parseUsd } from '@sightglass/contract/money';
import { asObject, booleanAt, firstNumber, firstString, numberAt, objectAt, parseJson, stringAt, textAt, toNumber } from '../attributes.ts';
import type { Usage } from '../canonicalSpan.ts';
import type { Attributes, DecodedSpan } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { documentsInText } from '../documents.ts';
import { finishReasonAt, normaliseFinishReason } from '../finishReasons.ts';
import { objectListUnder, objectUnder } from '../jsonText.ts';
import { metadataKeys } from '../metadataKeys.ts';
import { contentPayload } from '../payload.ts';
import { normaliseProvider } from '../providers.ts';
import { spanContext } from '../spanContext.ts';
import { makeUsage } from '../usage.ts';

type Fields = Readonly<Record<string, unknown>>;

const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  ['llm', 'llm'],
  ['embedding', 'embedding'],
  ['tool', 'tool'],
  ['retriever', 'retriever'],
  ['chain', 'chain'],
  ['prompt', 'chain'],
  ['parser', 'chain'],
]);

const OWN_KEYS = metadataKeys('langsmith.metadata.');
const ENVIRONMENT_KEYS = [...OWN_KEYS.environment, 'langsmith.metadata.ls_env'];
const RELEASE_KEYS = [...OWN_KEYS.release, 'langsmith.metadata.revision_id'];
const AGENT_KEYS = ['gen_ai.agent.name', 'langsmith.metadata.lc_agent_name'];
const USAGE_KEYS = ['langsmith.usage_metadata', 'langsmith.metadata.usage_metadata'];
/** Tools on offer in one request; far more than any client sends. */
const TOOLS_MAX = 1_000;
const PAYLOAD_KEYS = ['gen_ai.prompt', 'gen_ai.completion'] as const;

function hasLangsmithKey(attributes: Attributes): boolean {
  for (const key of attributes.keys()) if (key.startsWith('langsmith.')) return true;
  return false;
}

/** LangChain's `usage_metadata`: by its definition the sums include their parts. */
function usageOf(attributes: Attributes, metadata: Fields): Usage | undefined {
  const input = objectAt(attributes, 'gen_ai.usage.input_token_details') ?? asObject(metadata.input_token_details) ?? {};
  const output = objectAt(attributes, 'gen_ai.usage.output_token_details') ?? asObject(metadata.output_token_details) ?? {};
  return makeUsage({
    dialect: 'langsmith',
    reported: {
      input: numberAt(attributes, 'gen_ai.usage.input_tokens') ?? toNumber(metadata.input_tokens),
      output: numberAt(attributes, 'gen_ai.usage.output_tokens') ?? toNumber(metadata.output_tokens),
      total: numberAt(attributes, 'gen_ai.usage.total_tokens') ?? toNumber(metadata.total_tokens),
      cache_read: toNumber(input.cache_read),
      cache_write: toNumber(input.cache_creation),
      cache_write_1h: toNumber(input.ephemeral_1h_input_tokens),
      reasoning: toNumber(output.reasoning),
      audio_input: toNumber(input.audio),
      audio_output: toNumber(output.audio),
    },
  });
}

/** Metadata of the usage; runs of LangChain models have it in the message of their answer only. */
function usageMetadataOf(attributes: Attributes, completion: string | undefined): Fields {
  for (const key of USAGE_KEYS) {
    const metadata = objectAt(attributes, key);
    if (metadata !== undefined) return metadata;
  }
  return completion === undefined ? {} : objectIn(completion, 'usage_metadata');
}

/** What the provider said beside its answer: LangChain keeps it on the message. */
function responseMetadataOf(attributes: Attributes, completion: string | undefined): Fields {
  return completion === undefined || attributes.has('gen_ai.response.model') ? {} : objectIn(completion, 'response_metadata');
}

function objectIn(text: string, key: string): Fields {
  const object = objectUnder(text, key);
  return object === undefined ? {} : (asObject(parseJson(object)) ?? {});
}

function textOf(fields: Fields, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = fields[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function costOf(value: unknown): bigint | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.length > 64)) return undefined;
  const cost = parseUsd(String(value));
  return cost === undefined || cost < 0n ? undefined : cost;
}

/** A chain at the root carries the agent's name as its own; chains further in are steps. */
function agentOf(span: DecodedSpan, kind: SpanKind | undefined): string | undefined {
  const named = firstString(span.attributes, AGENT_KEYS);
  if (named !== undefined) return named;
  const isRoot = booleanAt(span.attributes, 'langsmith.is_root') ?? span.parentSpanId === null;
  return isRoot && (kind === 'chain' || kind === 'agent') ? span.name : undefined;
}

export const langsmith: Dialect = {
  name: 'langsmith',

  matches: ({ attributes }) => attributes.has('langsmith.span.kind') || hasLangsmithKey(attributes),

  read(span): DialectReading {
    const { attributes } = span;
    const kind = KINDS.get(stringAt(attributes, 'langsmith.span.kind')?.toLowerCase() ?? '');
    const isCall = kind === 'llm' || kind === 'embedding';
    const exception = span.events.find(({ name }) => name === 'exception');
    const system = stringAt(attributes, 'gen_ai.system');
    const prompt = textAt(attributes, 'gen_ai.prompt');
    const completion = textAt(attributes, 'gen_ai.completion');
    const usageMetadata = isCall ? usageMetadataOf(attributes, completion) : {};
    const responseMetadata = isCall ? responseMetadataOf(attributes, completion) : {};
    const tags = stringAt(attributes, 'langsmith.span.tags')
      ?.split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
    return {
      kind,
      failed: exception === undefined ? undefined : true,
      errorType: exception === undefined ? undefined : stringAt(exception.attributes, 'exception.type'),
      errorMessage: exception === undefined ? undefined : stringAt(exception.attributes, 'exception.message'),
      // `langchain` is the framework; it is written where no provider is involved.
      provider: normaliseProvider(firstString(attributes, ['langsmith.metadata.ls_provider']) ?? (system === 'langchain' ? undefined : system)),
      requestModel: firstString(attributes, ['gen_ai.request.model', 'langsmith.metadata.ls_model_name']),
      responseModel: stringAt(attributes, 'gen_ai.response.model') ?? textOf(responseMetadata, 'model_name', 'model'),
      responseId: stringAt(attributes, 'gen_ai.response.id') ?? textOf(responseMetadata, 'id'),
      usage: isCall ? usageOf(attributes, usageMetadata) : undefined,
      reportedCostPicoUsd: costOf(usageMetadata.total_cost),
      serviceTier: stringAt(attributes, 'gen_ai.response.service_tier') ?? textOf(responseMetadata, 'service_tier'),
      // One plain text; the reasons of several choices are joined with commas.
      finishReason:
        normaliseFinishReason(stringAt(attributes, 'gen_ai.response.finish_reasons')?.split(',', 1)[0]) ??
        finishReasonAt(attributes, 'gen_ai.response.finish_reasons') ??
        normaliseFinishReason(textOf(responseMetadata, 'finish_reason', 'stop_reason', 'finishReason')),
      temperature: firstNumber(attributes, ['gen_ai.request.temperature', 'langsmith.metadata.ls_temperature']),
      maxTokens: firstNumber(attributes, ['gen_ai.request.max_tokens', 'langsmith.metadata.ls_max_tokens']),
      toolName: kind === 'tool' ? (stringAt(attributes, 'gen_ai.tool.name') ?? span.name) : undefined,
      toolCallId: kind === 'tool' ? stringAt(attributes, 'gen_ai.tool.call.id') : undefined,
      input: prompt === undefined ? undefined : contentPayload(prompt),
      output: completion === undefined ? undefined : contentPayload(completion),
      toolDefinitions: kind === 'llm' && prompt !== undefined ? objectListUnder(prompt, 'tools', TOOLS_MAX) : undefined,
      documents: kind === 'retriever' && completion !== undefined ? documentsInText(completion) : undefined,
      context: spanContext({
        agentId: agentOf(span, kind),
        runId: stringAt(attributes, 'langsmith.trace.id'),
        sessionId: firstString(attributes, OWN_KEYS.session),
        userId: firstString(attributes, OWN_KEYS.user),
      }),
      environment: firstString(attributes, ENVIRONMENT_KEYS),
      release: firstString(attributes, RELEASE_KEYS),
      tags,
      payloadKeys: PAYLOAD_KEYS,
    };
  },
};
