/**
 * GenAI messages that came as logs (OpenTelemetry GenAI up to 1.36, and `gen_ai.client.inference.operation.details`),
 * joined to their span when it is read: it does not matter which of the two arrives first.
 */
import { type OpenText, openValues } from '../encryption/envelope.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { asObject, parseJson } from '../normalise/attributes.ts';
import type { Payload } from '../normalise/canonicalSpan.ts';
import type { AttributeValue, DecodedEvent } from '../normalise/decodedSpan.ts';
import { genAiInput, genAiOutput } from '../normalise/dialects/genAiContent.ts';
import { ok, type Result } from '../result.ts';
import type { TraceBounds } from '../traces/findTraces.ts';
import { SPAN_ID_IN } from '../telemetry/idsSql.ts';

export interface LoggedMessages {
  input: Payload | null;
  output: Payload | null;
}

const OPERATION_DETAILS = 'gen_ai.client.inference.operation.details';
const EVENTS = [
  'gen_ai.system.message',
  'gen_ai.user.message',
  'gen_ai.assistant.message',
  'gen_ai.tool.message',
  'gen_ai.choice',
  OPERATION_DETAILS,
];
/** A log may be written a little before its trace begins or after it ends, by another clock or a slow exporter. */
const CLOCK_SLACK_NS = 3_600_000_000_000n;
/** Logs that are looked at for one call of this; an agent's history repeats with every call. */
const RECORDS_MAX = 20_000;

const SQL = `SELECT lower(hex(span_id)) AS span, event_name, message, body,
  mapFilter((key, value) -> startsWith(key, 'gen_ai.'), attributes_string) AS texts,
  mapFilter((key, value) -> startsWith(key, 'gen_ai.'), attributes_json) AS nested
FROM logs FINAL
PREWHERE trace_id = toFixedString(unhex({traceId:String}), 16)
WHERE time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
  AND event_name IN {events:Array(String)} AND ${SPAN_ID_IN}
ORDER BY time, received_at, log_id
LIMIT ${RECORDS_MAX}`;

interface MessageRow {
  span: string;
  event_name: string;
  message: string;
  body: string;
  texts: Record<string, string>;
  nested: Record<string, string>;
}

/** By span id; a span of which nothing was logged is missing. */
export async function readLoggedMessages(
  reader: TelemetryReader,
  trace: TraceBounds,
  spanIds: readonly string[],
): Promise<Result<ReadonlyMap<string, LoggedMessages>>> {
  if (spanIds.length === 0) return ok(new Map());
  const rows = await reader.query<MessageRow>({
    sql: SQL,
    params: { traceId: trace.traceId, fromNs: trace.startNs - CLOCK_SLACK_NS, toNs: trace.endNs + CLOCK_SLACK_NS, events: EVENTS, spanIds },
  });
  if (!rows.ok) return rows;
  const events = new Map<string, DecodedEvent[]>();
  for (const row of rows.value) {
    const event = eventOf(row, reader.open);
    if (event === undefined) continue;
    const ofSpan = events.get(row.span);
    if (ofSpan === undefined) events.set(row.span, [event]);
    else ofSpan.push(event);
  }
  return ok(new Map([...events].map(([span, ofSpan]) => [span, messagesOf(ofSpan)])));
}

function messagesOf(events: DecodedEvent[]): LoggedMessages {
  const source = { attributes: new Map<string, AttributeValue>(), events };
  return { input: genAiInput(source)?.payload ?? null, output: genAiOutput(source)?.payload ?? null };
}

/** What a message says when nothing was recorded of its content: which one it is. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['role', 'id', 'index', 'tool_call_id']);

/** The log as the event that it is; undefined for a message without content (recording it was switched off). */
function eventOf(row: MessageRow, open: OpenText): DecodedEvent | undefined {
  const { event_name: name, nested } = row;
  const [message, body, texts] = [open(row.message), open(row.body), openValues(row.texts, open)];
  const attributes = new Map<string, AttributeValue>();
  if (name === OPERATION_DETAILS || 'gen_ai.event.content' in texts) {
    for (const [key, text] of Object.entries(texts)) attributes.set(key, text as AttributeValue);
    for (const [key, text] of Object.entries(nested)) attributes.set(key, parseJson(text) as AttributeValue);
  }
  const fields = body === '' ? undefined : asObject(parseJson(body));
  for (const [key, value] of Object.entries(fields ?? {})) attributes.set(key, value as AttributeValue);
  // A body that is a text is the content itself; a record without one was given its event's name to be read by.
  if (body === '' && message !== name) attributes.set('content', message);
  const says = [...attributes].some(([key, value]) => !SAYS_NOTHING.has(key) && !isEmpty(value));
  return says ? { name, timeNs: 0n, attributes } : undefined;
}

function isEmpty(value: AttributeValue): boolean {
  const fields = asObject(value);
  return value === null || value === '' || (fields !== undefined && Object.keys(fields).length === 0);
}
