/** A row of `spans` as queries bring it, and the span of the outside contract that it becomes. The one place where '' turns into null. */
import type { CostSource, SpanKind, SpanStatus } from '@sightglass/contract/spanKinds';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { Span } from '@sightglass/contract/trace';
import { type OpenText, openValues } from '../encryption/envelope.ts';
import type { Payload } from '../normalise/canonicalSpan.ts';
import { NO_PARENT } from '../explore/spanSql.ts';

/** What a waterfall needs: no payload, attribute, event or link is read. */
const SUMMARY_COLUMNS = [
  'lower(hex(span_id)) AS id',
  `if(${NO_PARENT}, '', lower(hex(parent_span_id))) AS parent_id`,
  'name',
  'kind',
  'status',
  'status_message',
  'toString(toUnixTimestamp64Nano(start_time)) AS start_ns',
  'toString(duration_ns) AS duration',
  'service_name',
  'agent_id',
  'run_id',
  'session_id',
  'user_id',
  'department',
  'provider',
  'request_model',
  'response_model',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'toString(cost_usd) AS cost',
  'cost_source',
  'ttft_ms',
  'finish_reason',
  'tool_name',
  'error_origin',
  'error_type',
  'dialect',
  'token_rule',
  'usage_estimated',
  'superseded',
  'environment',
  'scope_name',
];

const hashes = (column: string) => `arrayMap(hash -> lower(hex(hash)), ${column}) AS ${column}_hex`;

const FULL_COLUMNS = [
  ...SUMMARY_COLUMNS,
  'input_format',
  hashes('input_parts'),
  'output_format',
  hashes('output_parts'),
  'attributes_string',
  'attributes_number',
  'attributes_bool',
  'attributes_json',
  'events',
  'links',
];

const DETAIL_COLUMNS = [
  ...FULL_COLUMNS,
  hashes('tool_definition_parts'),
  hashes('document_parts'),
  'resource',
  'usage_reported',
  'price_id',
  'service_tier',
  'cache_write_1h_tokens',
  'audio_input_tokens',
  'audio_output_tokens',
  'image_input_tokens',
  'total_tokens',
];

/** Each list of columns reads rows of the type below it. */
export const SPAN_COLUMNS = { summary: SUMMARY_COLUMNS.join(', '), full: FULL_COLUMNS.join(', '), detail: DETAIL_COLUMNS.join(', ') } as const;

type Count = number | string | null;

export interface SummarySpanRow {
  id: string;
  parent_id: string;
  name: string;
  kind: SpanKind;
  status: SpanStatus;
  status_message: string;
  start_ns: string;
  duration: string;
  service_name: string;
  agent_id: string;
  run_id: string;
  session_id: string;
  user_id: string;
  department: string;
  provider: string;
  request_model: string;
  response_model: string;
  input_tokens: Count;
  output_tokens: Count;
  cache_read_tokens: Count;
  cache_write_tokens: Count;
  reasoning_tokens: Count;
  cost: string | null;
  cost_source: CostSource | '';
  ttft_ms: number | null;
  finish_reason: string;
  tool_name: string;
  error_origin: number;
  error_type: string;
  dialect: string;
  token_rule: string;
  usage_estimated: number;
  superseded: number;
  environment: string;
  scope_name: string;
}

export interface FullSpanRow extends SummarySpanRow {
  input_format: Payload['format'] | '';
  input_parts_hex: string[];
  output_format: Payload['format'] | '';
  output_parts_hex: string[];
  attributes_string: Record<string, string>;
  attributes_number: Record<string, number>;
  attributes_bool: Record<string, boolean>;
  attributes_json: Record<string, string>;
  events: string;
  links: string;
}

export interface DetailSpanRow extends FullSpanRow {
  tool_definition_parts_hex: string[];
  document_parts_hex: string[];
  /** JSON texts, or ''. */
  resource: string;
  usage_reported: string;
  price_id: string;
  service_tier: string;
  cache_write_1h_tokens: Count;
  audio_input_tokens: Count;
  audio_output_tokens: Count;
  image_input_tokens: Count;
  total_tokens: Count;
}

export const textOrNull = (text: string): string | null => (text === '' ? null : text);
/** Engines write 64-bit counts as numbers or as text. */
export const countOrNull = (count: Count): number | null => (count === null ? null : Number(count));

/** The span without payloads, attributes, events and links, which stay empty. */
export function summarySpan(row: SummarySpanRow): Span {
  return {
    span_id: row.id,
    parent_span_id: textOrNull(row.parent_id),
    name: row.name,
    kind: row.kind,
    status: row.status,
    status_message: textOrNull(row.status_message),
    start_time: formatTimestamp(BigInt(row.start_ns)),
    duration_ns: row.duration,
    service_name: textOrNull(row.service_name),
    agent_id: textOrNull(row.agent_id),
    run_id: textOrNull(row.run_id),
    session_id: textOrNull(row.session_id),
    user_id: textOrNull(row.user_id),
    department: textOrNull(row.department),
    provider: textOrNull(row.provider),
    request_model: textOrNull(row.request_model),
    response_model: textOrNull(row.response_model),
    input_tokens: countOrNull(row.input_tokens),
    output_tokens: countOrNull(row.output_tokens),
    cache_read_tokens: countOrNull(row.cache_read_tokens),
    cache_write_tokens: countOrNull(row.cache_write_tokens),
    reasoning_tokens: countOrNull(row.reasoning_tokens),
    cost_usd: row.cost,
    cost_source: row.cost_source === '' ? null : row.cost_source,
    ttft_ms: row.ttft_ms,
    finish_reason: textOrNull(row.finish_reason),
    tool_name: textOrNull(row.tool_name),
    input: null,
    output: null,
    attributes: {},
    events: [],
    links: [],
    error_origin: row.error_origin === 1,
    error_type: textOrNull(row.error_type),
    dialect: row.dialect,
    token_rule: textOrNull(row.token_rule),
    usage_estimated: row.usage_estimated === 1,
    superseded: row.superseded === 1,
    environment: textOrNull(row.environment),
    scope_name: textOrNull(row.scope_name),
  };
}

/** What a row keeps as JSON text of an object with plain values. */
export function recordOf<Value>(text: string): Record<string, Value> {
  return objectOr(text === '' ? {} : jsonOr(text, {})) as Record<string, Value>;
}

/** The four typed maps as one object. Keys are hostile: `Object.fromEntries` makes own properties even of `__proto__`. */
export function attributesOf(
  row: Pick<FullSpanRow, 'attributes_string' | 'attributes_number' | 'attributes_bool' | 'attributes_json'>,
  open: OpenText,
): Record<string, unknown> {
  return Object.fromEntries([
    ...Object.entries<unknown>(openValues(row.attributes_string, open)),
    ...Object.entries<unknown>(row.attributes_number),
    ...Object.entries<unknown>(row.attributes_bool),
    ...Object.entries(row.attributes_json).map(([key, text]) => [key, jsonOr(text, text)] as const),
  ]);
}

export function eventsOf(text: string, open: OpenText): Span['events'] {
  return listOf(text).flatMap((event) =>
    typeof event.name === 'string' && typeof event.time === 'string'
      ? [{ name: event.name, time: event.time, attributes: openValues(objectOr(event.attributes), open) }]
      : [],
  );
}

export function linksOf(text: string): Span['links'] {
  return listOf(text).flatMap((link) =>
    typeof link.trace_id === 'string' && typeof link.span_id === 'string'
      ? [{ trace_id: link.trace_id, span_id: link.span_id, attributes: objectOr(link.attributes) }]
      : [],
  );
}

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOr = (value: unknown): JsonObject => (isObject(value) ? value : {});

function listOf(text: string): JsonObject[] {
  const list = text === '' ? [] : jsonOr(text, []);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** What the text holds, or `other` when it is no JSON: stored text is our own, but one broken value must not hide a trace. */
export function jsonOr(text: string, other: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return other;
  }
}
