/**
 * The fields that no convention names, and those that every dialect may carry (semconv.md, section 12): who
 * and what a span belongs to. A field is read from its own keys, from the same names under the metadata
 * prefix of any dialect in snake_case and camelCase, and at last from the resource.
 */
import { TRACE_TYPES, type TraceType } from '@sightglass/contract/spanKinds';
import type { AttributeValue, Attributes, DecodedResource, DecodedSpan } from './decodedSpan.ts';
import { asObject, looksLikeJson, parseJson, stringAt } from './attributes.ts';
import { isHttpServerSpan } from './httpFields.ts';

export type CommonField =
  | 'sessionId'
  | 'userId'
  | 'userEmail'
  | 'department'
  | 'flowId'
  | 'queryCategory'
  | 'runId'
  | 'environment'
  | 'release'
  | 'traceType';
export type CommonFields = { [field in CommonField]?: string };

/** Where dialects put the user's own keys. */
const METADATA_PREFIXES = [
  'metadata.',
  'langfuse.trace.metadata.',
  'langfuse.observation.metadata.',
  'ai.telemetry.metadata.',
  'ai.settings.context.',
  'traceloop.association.properties.',
  'langsmith.metadata.',
  'mastra.metadata.',
] as const;

/**
 * The keys of each field, the first one present wins. `own` keys are read as they are and under the
 * prefixes; `prefixed` names mean the field only where a user wrote them into metadata (a bare `version`
 * or `thread_id` may be anything).
 */
const KEYS: { [field in CommonField]: { own: readonly string[]; prefixed?: readonly string[] } } = {
  sessionId: {
    own: ['sightglass.session_id', 'gen_ai.conversation.id', 'session.id', 'langfuse.session.id', 'session_id', 'conversation_id'],
    prefixed: ['thread_id'],
  },
  userId: { own: ['sightglass.user_id', 'user.id', 'langfuse.user.id', 'enduser.id', 'user_id', 'gen_ai.request.user'] },
  userEmail: { own: ['sightglass.user_email', 'user.email', 'enduser.email', 'user_email'] },
  department: { own: ['sightglass.department', 'user.department', 'enduser.department', 'department'] },
  flowId: { own: ['sightglass.flow_id', 'flow_id', 'workflow_id', 'gen_ai.workflow.name'] },
  queryCategory: { own: ['sightglass.query_category', 'query_category'] },
  runId: { own: ['sightglass.run_id', 'gen_ai.agent.call.id'], prefixed: ['run_id'] },
  environment: {
    own: ['sightglass.environment', 'deployment.environment.name', 'deployment.environment', 'langfuse.environment', 'gen_ai.environment'],
    prefixed: ['environment'],
  },
  release: { own: ['sightglass.release', 'langfuse.release', 'service.version'], prefixed: ['release'] },
  traceType: { own: ['sightglass.trace_type'], prefixed: ['trace_type'] },
};

interface KnownKey {
  field: CommonField;
  /** Lower wins: first the order of the keys, then own before prefixed. */
  rank: number;
}

/** Every spelling of every key, so that one look-up for each attribute of a span finds them all. */
const KNOWN_KEYS: ReadonlyMap<string, KnownKey> = buildKnownKeys();

function buildKnownKeys(): Map<string, KnownKey> {
  const known = new Map<string, KnownKey>();
  const add = (key: string, field: CommonField, rank: number): void => {
    if (!known.has(key)) known.set(key, { field, rank });
  };
  for (const field of Object.keys(KEYS) as CommonField[]) {
    const { own, prefixed = [] } = KEYS[field];
    for (const [order, key] of [...own, ...prefixed].entries()) {
      const rank = order * 100;
      const spellings = new Set([key, camelCase(key)]);
      if (order < own.length) for (const [form, spelling] of [...spellings].entries()) add(spelling, field, rank + form);
      spellings.add(key.replaceAll('.', '_')).add(camelCase(key.replaceAll('.', '_')));
      for (const [place, prefix] of METADATA_PREFIXES.entries()) {
        // LangSmith's own run id stands for each single span, and its metadata repeats it.
        if (field === 'runId' && prefix === 'langsmith.metadata.') continue;
        for (const [form, spelling] of [...spellings].entries()) add(prefix + spelling, field, rank + 10 + place * 4 + form);
      }
    }
  }
  return known;
}

function camelCase(key: string): string {
  return key.includes('.') ? key : key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** Metadata of more than this is not searched for fields. */
const METADATA_JSON_CHARS_MAX = 64_000;

/** The common fields of a span or a log record; what neither it nor its resource says is absent. */
export function readCommonFields(span: Pick<DecodedSpan, 'attributes' | 'resource'>): CommonFields {
  const fields: CommonFields = {};
  const ranks: { [field in CommonField]?: number } = {};
  span.attributes.forEach((value, key) => {
    const known = KNOWN_KEYS.get(key);
    if (known !== undefined) take(fields, ranks, known, value);
  });
  takeMetadataJson(span.attributes, fields, ranks);
  const ofResource = readResource(span.resource);
  for (const field of Object.keys(ofResource) as CommonField[]) {
    const value = ofResource[field];
    if (fields[field] === undefined && value !== undefined) fields[field] = value;
  }
  return fields;
}

function take(fields: CommonFields, ranks: { [field in CommonField]?: number }, { field, rank }: KnownKey, value: unknown): void {
  const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  if (text === '' || (ranks[field] ?? Infinity) <= rank) return;
  fields[field] = text;
  ranks[field] = rank;
}

/** `metadata` as one JSON text (OpenInference, Logfire) holds the same names as `metadata.<key>`. */
function takeMetadataJson(attributes: Attributes, fields: CommonFields, ranks: { [field in CommonField]?: number }): void {
  const sent: AttributeValue | undefined = attributes.get('metadata');
  if (sent === undefined) return;
  if (typeof sent === 'string' && (sent.length > METADATA_JSON_CHARS_MAX || !looksLikeJson(sent))) return;
  const metadata = asObject(typeof sent === 'string' ? parseJson(sent) : sent);
  if (metadata === undefined) return;
  for (const [key, value] of Object.entries(metadata)) {
    const known = KNOWN_KEYS.get(`metadata.${key}`);
    if (known !== undefined) take(fields, ranks, known, value);
  }
}

/** A resource is shared by all spans of its part of a request, so it is read once. */
const resources = new WeakMap<DecodedResource, CommonFields>();

function readResource(resource: DecodedResource): CommonFields {
  let fields = resources.get(resource);
  if (fields === undefined) {
    fields = {};
    const ranks: { [field in CommonField]?: number } = {};
    for (const [key, value] of resource.attributes) {
      const known = KNOWN_KEYS.get(key);
      if (known !== undefined) take(fields, ranks, known, value);
    }
    resources.set(resource, fields);
  }
  return fields;
}

/**
 * The trace type that this span alone decides: what it says itself, a root http server span, or a
 * WebSocket message. The types that follow from the shape of the trace are decided over the trace.
 */
export function ownTraceType(span: DecodedSpan, said: string | undefined): TraceType | undefined {
  const type = TRACE_TYPES.find((known) => known === said);
  if (type !== undefined) return type;
  if (span.parentSpanId === null && isHttpServerSpan(span)) return 'http_request';
  if (span.attributes.has('sightglass.ws.message_type')) return 'websocket_message';
  return stringAt(span.attributes, 'network.protocol.name')?.toLowerCase() === 'websocket' ? 'websocket_message' : undefined;
}
