/**
 * A decoded span of any client as a canonical one: pure, and total over whatever arrives. The dialects are
 * asked in the order of semconv.md, section 2; the first that matches names the span and is read first,
 * further ones fill what it left open.
 */
import { USAGE_KINDS, type SpanKind } from '@sightglass/contract/spanKinds';
import type { CanonicalSpan, SpanContext } from './canonicalSpan.ts';
import type { Attributes, DecodedSpan } from './decodedSpan.ts';
import type { Dialect, DialectReading } from './dialect.ts';
import { firstString, stringAt } from './attributes.ts';
import { ownTraceType, readCommonFields, type CommonFields } from './commonFields.ts';
import { aiSdk } from './dialects/aiSdk.ts';
import { db } from './dialects/db.ts';
import { http } from './dialects/http.ts';
import { langfuse } from './dialects/langfuse.ts';
import { langsmith } from './dialects/langsmith.ts';
import { logfire } from './dialects/logfire.ts';
import { mastra } from './dialects/mastra.ts';
import { openInference } from './dialects/openInference.ts';
import { openLit } from './dialects/openLit.ts';
import { otelGenAi } from './dialects/otelGenAi.ts';
import { traceloop } from './dialects/traceloop.ts';
import { readFailure } from './failure.ts';

const DIALECTS: readonly Dialect[] = [logfire, openInference, langfuse, langsmith, aiSdk, traceloop, mastra, openLit, otelGenAi, db, http];

/** The name of a span that speaks none of the dialects. */
const PLAIN = 'otel';

const USAGE: ReadonlySet<SpanKind> = new Set(USAGE_KINDS);

export function normaliseSpan(span: DecodedSpan): CanonicalSpan {
  const { dialect, reading } = readDialects(span);
  const common = readCommonFields(span);
  const { attributes, resource, scope } = span;
  const kind = reading.kind ?? ownKind(attributes);
  const counts = USAGE.has(kind);
  const own = contextOf(attributes, reading, common);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind,
    ...readFailure(span, reading),
    startNs: span.startNs,
    durationNs: span.endNs - span.startNs,
    otelKind: span.otelKind,
    resource,
    serviceName: serviceNameOf(span),
    scopeName: scope.name === '' ? null : scope.name,
    scopeVersion: scope.version === '' ? null : scope.version,
    dialect,
    own,
    environment: reading.environment ?? common.environment ?? null,
    release: reading.release ?? common.release ?? null,
    traceType: reading.traceType ?? ownTraceType(span, common.traceType) ?? null,
    tags: reading.tags ?? [],
    provider: reading.provider ?? null,
    requestModel: reading.requestModel ?? null,
    responseModel: reading.responseModel ?? null,
    responseId: reading.responseId ?? null,
    usage: counts ? (reading.usage ?? null) : null,
    reportedCostPicoUsd: counts ? plausibleCost(reading.reportedCostPicoUsd) : null,
    serviceTier: reading.serviceTier ?? null,
    ttftMs: nonNegative(reading.ttftMs),
    finishReason: reading.finishReason ?? null,
    temperature: finite(reading.temperature),
    maxTokens: wholeNumber(reading.maxTokens),
    // On a model call the name is that of a tool the model asked for, which is not a tool run.
    toolName: kind === 'tool' ? reading.toolName || null : null,
    toolCallId: kind === 'tool' ? (reading.toolCallId ?? null) : null,
    input: reading.input ?? null,
    output: reading.output ?? null,
    toolDefinitions: reading.toolDefinitions ?? [],
    documents: reading.documents ?? [],
    attributes: withoutPayloads(attributes, reading),
    events: span.events,
    links: span.links,
  };
}

function readDialects(span: DecodedSpan): { dialect: string; reading: DialectReading } {
  let dialect = PLAIN;
  let reading: DialectReading | undefined;
  let covered: readonly string[] = [];
  for (const candidate of DIALECTS) {
    if (covered.includes(candidate.name) || !candidate.matches(span)) continue;
    const read = candidate.read(span);
    if (reading === undefined) {
      dialect = candidate.name;
      reading = { ...read };
    } else {
      fill(reading, read);
    }
    if (candidate.covers !== undefined) covered = [...covered, ...candidate.covers];
  }
  return { dialect, reading: reading ?? {} };
}

/** Spans made by hand that only say what section 12 asks for: a guardrail's verdict, or the figures of a search. */
function ownKind(attributes: Attributes): SpanKind {
  if (attributes.has('guardrail.triggered')) return 'guardrail';
  for (const key of attributes.keys()) {
    if (key.startsWith('sightglass.guardrail.')) return 'guardrail';
    if (key.startsWith('sightglass.rag.')) return 'retriever';
  }
  return 'other';
}

/** Takes from `further` what `reading` leaves undefined. Usage is one field: it is taken whole, from one family. */
function fill(reading: DialectReading, further: DialectReading): void {
  const { context, payloadKeys, payloadPrefixes, ...fields } = further;
  const target = reading as Record<string, unknown>;
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined && target[field] === undefined) target[field] = value;
  }
  if (context !== undefined) reading.context = reading.context === undefined ? context : { ...context, ...reading.context };
  // What a further family says of the same call is the same text: it is not stored a second time.
  if (payloadKeys !== undefined) reading.payloadKeys = [...(reading.payloadKeys ?? []), ...payloadKeys];
  if (payloadPrefixes !== undefined) reading.payloadPrefixes = [...(reading.payloadPrefixes ?? []), ...payloadPrefixes];
}

/** The SDK's placeholder gives way to a name on the span itself (OpenLIT writes it there). */
export function serviceNameOf({ attributes, resource }: Pick<DecodedSpan, 'attributes' | 'resource'>): string | null {
  const name = stringAt(resource.attributes, 'service.name');
  return name !== undefined && !name.startsWith('unknown_service') ? name : (stringAt(attributes, 'service.name') ?? name ?? null);
}

export const AGENT_KEYS = ['gen_ai.agent.name', 'gen_ai.agent.id'] as const;

function contextOf(attributes: Attributes, { context = {} }: DialectReading, common: CommonFields): SpanContext {
  const userEmail = context.userEmail ?? common.userEmail ?? null;
  return {
    agentId: firstString(attributes, AGENT_KEYS) ?? context.agentId ?? null,
    runId: context.runId ?? common.runId ?? null,
    flowId: context.flowId ?? common.flowId ?? null,
    sessionId: context.sessionId ?? common.sessionId ?? null,
    userId: context.userId ?? common.userId ?? userEmail,
    userEmail,
    department: context.department ?? common.department ?? null,
    queryCategory: context.queryCategory ?? common.queryCategory ?? null,
    endpoint: context.endpoint ?? null,
    method: context.method ?? null,
    statusCode: context.statusCode ?? null,
  };
}

function withoutPayloads(attributes: Attributes, { payloadKeys = [], payloadPrefixes = [] }: DialectReading): Attributes {
  if (payloadPrefixes.length === 0 && !payloadKeys.some((key) => attributes.has(key))) return attributes;
  const rest = new Map(attributes);
  for (const key of payloadKeys) rest.delete(key);
  if (payloadPrefixes.length === 0) return rest;
  attributes.forEach((_value, key) => {
    for (const prefix of payloadPrefixes) if (key.startsWith(prefix)) rest.delete(key);
  });
  return rest;
}

/** A million dollars. No call costs that much; larger numbers are mistakes or attacks, and would overflow the store's sums. */
const REPORTED_COST_PICO_USD_MAX = 10n ** 18n;

function plausibleCost(picoUsd: bigint | undefined): bigint | null {
  return picoUsd !== undefined && picoUsd >= 0n && picoUsd <= REPORTED_COST_PICO_USD_MAX ? picoUsd : null;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function nonNegative(value: number | undefined): number | null {
  return value !== undefined && value >= 0 && Number.isFinite(value) ? value : null;
}

/** Clients send whole numbers as doubles; what is no count at all is not taken. */
function wholeNumber(value: number | undefined): number | null {
  if (value === undefined || !(value >= 0)) return null;
  const whole = Math.round(value);
  return Number.isSafeInteger(whole) ? whole : null;
}
