/**
 * Langfuse JS v5 and Python v3 over OTLP (semconv.md, 4b). Its span processor also writes `langfuse.environment`
 * and `langfuse.release` on other libraries' spans: those name no observation type, and their own dialect tells
 * what they are.
 */
import type { SpanKind } from '@sightglass/contract/spanKinds';
import { firstString, objectAt, stringAt, stringsAt, toNumber } from '../attributes.ts';
import type { Attributes } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { documentsInText } from '../documents.ts';
import { msToFirstToken } from '../isoTime.ts';
import { objectListUnder } from '../jsonText.ts';
import { metadataKeys } from '../metadataKeys.ts';
import { contentPayload } from '../payload.ts';
import { providerOfModel } from '../providerOfModel.ts';
import { normaliseProvider } from '../providers.ts';
import { spanContext } from '../spanContext.ts';
import { firstText } from '../firstText.ts';
import { langfuseCostPicoUsd, langfuseUsage } from './langfuseUsage.ts';

const SCOPE = 'langfuse-sdk';

const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  ['generation', 'llm'],
  ['embedding', 'embedding'],
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['retriever', 'retriever'],
  ['guardrail', 'guardrail'],
  ['chain', 'chain'],
  ['span', 'chain'],
  ['evaluator', 'other'],
  ['event', 'other'],
]);

const OWN_KEYS = metadataKeys('langfuse.trace.metadata.', 'langfuse.observation.metadata.');
const SESSION_KEYS = ['session.id', 'langfuse.session.id', ...OWN_KEYS.session];
const USER_KEYS = ['user.id', 'langfuse.user.id', ...OWN_KEYS.user];
const ENVIRONMENT_KEYS = ['langfuse.environment', ...OWN_KEYS.environment];
const RELEASE_KEYS = ['langfuse.release', 'langfuse.version', ...OWN_KEYS.release];
const PROVIDER_KEYS = [
  'gen_ai.provider.name',
  'gen_ai.system',
  'langfuse.observation.metadata.ls_provider',
  'langfuse.observation.metadata.provider',
];

/** Tools on offer in one request; far more than any client sends. */
const TOOLS_MAX = 1_000;

/** A trace's own input and output stand on one of its spans; they are that span's where it has none itself. */
const INPUT_KEYS = ['langfuse.observation.input', 'langfuse.trace.input'];
const OUTPUT_KEYS = ['langfuse.observation.output', 'langfuse.trace.output'];

function hasLangfuseKey(attributes: Attributes): boolean {
  for (const key of attributes.keys()) if (key.startsWith('langfuse.')) return true;
  return false;
}

/** A name with a date: `gpt-4o-2024-08-06`, `claude-sonnet-4-5-20250929`. */
const SNAPSHOT = /-\d{4}-?\d{2}-?\d{2}(-v\d+(:\d+)?)?$/;

/**
 * One field holds the model that was asked for, until the answer names the snapshot that ran and the wrapper
 * puts that in its place. So a snapshot on a call that succeeded is the answer's word; any other name is the
 * request's, and what answered stays unknown.
 */
function modelsOf(model: string | undefined, failed: boolean): Pick<DialectReading, 'requestModel' | 'responseModel'> {
  return model !== undefined && !failed && SNAPSHOT.test(model) ? { responseModel: model } : { requestModel: model };
}

/** The level overrules an exception that was recorded and handled, but not a status that says error. */
function failedOf(level: string | undefined, statusCode: number): boolean | undefined {
  if (level === undefined) return undefined;
  if (level.toUpperCase() === 'ERROR') return true;
  return statusCode === 2 ? undefined : false;
}

/** Its OpenAI wrapper writes costs of zero on every call that failed: without usage beside them they are no cost that anyone reported. */
function costOf(details: Readonly<Record<string, unknown>> | undefined, hasUsage: boolean): bigint | undefined {
  const cost = details === undefined ? undefined : langfuseCostPicoUsd(details);
  return cost === 0n && !hasUsage ? undefined : cost;
}

export const langfuse: Dialect = {
  name: 'langfuse',

  matches: ({ attributes, scope }) => attributes.has('langfuse.observation.type') || scope.name === SCOPE || hasLangfuseKey(attributes),

  read(span): DialectReading {
    const { attributes } = span;
    const type = stringAt(attributes, 'langfuse.observation.type')?.toLowerCase();
    const kind = type === undefined ? (span.scope.name === SCOPE ? 'chain' : undefined) : KINDS.get(type);
    const model = firstString(attributes, ['langfuse.observation.model.name', 'langfuse.observation.model']);
    const parameters = objectAt(attributes, 'langfuse.observation.model.parameters') ?? {};
    const failed = failedOf(stringAt(attributes, 'langfuse.observation.level'), span.statusCode);
    const isCall = kind === 'llm' || kind === 'embedding' || (kind === undefined && model !== undefined);
    const usage = isCall ? objectAt(attributes, 'langfuse.observation.usage_details') : undefined;
    const cost = isCall ? objectAt(attributes, 'langfuse.observation.cost_details') : undefined;
    const input = firstText(attributes, INPUT_KEYS);
    const output = firstText(attributes, OUTPUT_KEYS);
    return {
      kind,
      failed,
      errorMessage: failed === true || span.statusCode === 2 ? stringAt(attributes, 'langfuse.observation.status_message') : undefined,
      provider: normaliseProvider(firstString(attributes, PROVIDER_KEYS)) ?? providerOfModel(model),
      ...modelsOf(model, failed === true || span.statusCode === 2),
      usage: usage === undefined ? undefined : langfuseUsage(usage),
      reportedCostPicoUsd: costOf(cost, usage !== undefined),
      ttftMs: msToFirstToken(stringAt(attributes, 'langfuse.observation.completion_start_time'), span.startNs),
      temperature: toNumber(parameters.temperature),
      maxTokens: toNumber(
        parameters.max_tokens ??
          parameters.maxTokens ??
          parameters.max_completion_tokens ??
          parameters.max_output_tokens ??
          parameters.maxOutputTokens,
      ),
      toolName: kind === 'tool' ? span.name : undefined,
      input: input === undefined ? undefined : contentPayload(input.text),
      output: output === undefined ? undefined : contentPayload(output.text),
      toolDefinitions: kind === 'llm' && input !== undefined ? objectListUnder(input.text, 'tools', TOOLS_MAX) : undefined,
      documents: kind === 'retriever' && output !== undefined ? documentsInText(output.text) : undefined,
      context: spanContext({
        agentId: kind === 'agent' ? span.name : undefined,
        sessionId: firstString(attributes, SESSION_KEYS),
        userId: firstString(attributes, USER_KEYS),
      }),
      environment: firstString(attributes, ENVIRONMENT_KEYS),
      release: firstString(attributes, RELEASE_KEYS),
      tags: stringsAt(attributes, 'langfuse.trace.tags'),
      payloadKeys: [input?.key, output?.key].filter((key) => key !== undefined),
    };
  },
};
