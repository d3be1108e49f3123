/** One item of Langfuse's batch as JSON → a checked part, or why it is refused. Pure, and total over whatever arrives. */
import { asObject, ownProperty } from '../../normalise/attributes.ts';
import { isoTimeNs } from '../../normalise/isoTime.ts';
import { itemKeyOf, spanIdOfObservation, traceIdOfLangfuse } from '../../normalise/langfuse/langfuseIds.ts';
import { ITEM_TYPES, type Json, type LangfusePart } from '../../normalise/langfuse/langfusePart.ts';
import { boundJson } from '../boundedJson.ts';
import { isTime } from '../decoded.ts';
import { INGESTION_DEPTH_MAX } from '../limits.ts';
import type { RequestClock } from '../requestClock.ts';

/** `id` is the item's own, '' when it has none. */
export type ItemReading = { ok: true; part: LangfusePart } | { ok: false; id: string; problem: string };

export interface Sdk {
  sdkName: string;
  sdkVersion: string;
}

/** `observeOpenAI` puts the options of the OpenAI client in here, its secret key among them. */
const SECRET_FIELDS = ['clientInitParams'] as const;
const TIME_FIELDS = ['timestamp', 'startTime', 'endTime', 'completionStartTime'] as const;
const ID_FIELDS = ['id', 'traceId', 'parentObservationId'] as const;

/** `clock` is that of the batch. The value may be changed: its texts are cut. */
export function readItem(value: unknown, place: number, sdk: Sdk, clock: RequestClock): ItemReading {
  const item = asObject(value);
  if (item === undefined) return { ok: false, id: '', problem: 'an item must be a JSON object' };
  const id = ownProperty(item, 'id');
  if (typeof id !== 'string' || id === '') return { ok: false, id: '', problem: 'id must be a text that is not empty' };
  const type = ownProperty(item, 'type');
  const known = typeof type === 'string' ? ITEM_TYPES.get(type) : undefined;
  if (typeof type !== 'string' || known === undefined) return { ok: false, id, problem: `type must be one of ${[...ITEM_TYPES.keys()].join(', ')}` };
  const timestampNs = timeOf(ownProperty(item, 'timestamp'));
  if (timestampNs === undefined || timestampNs === null) return { ok: false, id, problem: `timestamp must be ${TIME_MEANING}` };
  const sent = asObject(ownProperty(item, 'body'));
  if (sent === undefined) return { ok: false, id, problem: 'body must be an object' };
  const body = withoutSecrets(sent);
  if (!boundJson(body, INGESTION_DEPTH_MAX)) return { ok: false, id, problem: `body is nested deeper than ${INGESTION_DEPTH_MAX} levels` };
  const problem = known.about === 'log' ? undefined : problemOf(body);
  if (problem !== undefined) return { ok: false, id, problem };
  const { about, creates } = known;
  const timeProblem = clock.problemOf(timestampNs);
  if (timeProblem !== undefined) return { ok: false, id, problem: `timestamp: ${timeProblem}` };
  const isEvent = known.observation === 'event' || (known.observation === null && String(ownProperty(body, 'type')).toUpperCase() === 'EVENT');
  const times = timesOf(body, { about, creates, isEvent, timestampNs });
  const startProblem = known.about === 'log' || times.startNs === null ? undefined : clock.problemOf(times.startNs);
  if (startProblem !== undefined) return { ok: false, id, problem: `body.${startFieldOf(about)}: ${startProblem}` };
  return {
    ok: true,
    part: {
      itemId: id,
      itemKey: itemKeyOf(id),
      type,
      about,
      creates,
      ...idsOf(body, id, about),
      timestampNs,
      place,
      hasParent: textIn(body, 'parentObservationId') !== null,
      ...times,
      name: textIn(body, 'name'),
      ...sdk,
      body,
    },
  };
}

function withoutSecrets(body: Json): Json {
  if (!SECRET_FIELDS.some((field) => Object.hasOwn(body, field))) return body;
  const rest = { ...body };
  for (const field of SECRET_FIELDS) delete rest[field];
  return rest;
}

const TIME_MEANING = 'an ISO 8601 time between 1970-01-02 and 2148-12-31';

/** Null when not sent, undefined when it is no time. */
function timeOf(value: unknown): bigint | null | undefined {
  if (value === undefined || value === null) return null;
  const timeNs = typeof value === 'string' && value.length <= 64 ? isoTimeNs(value) : undefined;
  return timeNs !== undefined && isTime(timeNs) ? timeNs : undefined;
}

/** Names every wrong field; undefined when there is none. */
function problemOf(body: Json): string | undefined {
  const problems: string[] = [];
  for (const field of ID_FIELDS) {
    const id = ownProperty(body, field);
    if (id !== undefined && id !== null && typeof id !== 'string') problems.push(`body.${field} must be a text`);
  }
  for (const field of TIME_FIELDS) if (timeOf(ownProperty(body, field)) === undefined) problems.push(`body.${field} must be ${TIME_MEANING}`);
  return problems.length === 0 ? undefined : problems.join('; ');
}

/**
 * What has no id of its own is known by its item's. An observation that names no trace is one by itself; clients
 * always name it, in updates as well.
 */
function idsOf(body: Json, itemId: string, about: LangfusePart['about']): Pick<LangfusePart, 'traceId' | 'spanId'> {
  const own = textIn(body, 'id') ?? itemId;
  const sentTraceId = about === 'trace' ? own : textIn(body, 'traceId');
  if (about === 'log') return { traceId: null, spanId: null };
  if (about === 'score' || about === 'trace') return { traceId: sentTraceId === null ? null : traceIdOfLangfuse(sentTraceId), spanId: null };
  return { traceId: traceIdOfLangfuse(sentTraceId ?? own), spanId: spanIdOfObservation(own, sentTraceId ?? '') };
}

interface Timed {
  about: LangfusePart['about'];
  creates: boolean;
  isEvent: boolean;
  timestampNs: bigint;
}

const startFieldOf = (about: LangfusePart['about']) => (about === 'trace' ? 'timestamp' : 'startTime');

/** An event has no length. What begins without saying when begins when the client wrote so. */
function timesOf(body: Json, { about, creates, isEvent, timestampNs }: Timed): Pick<LangfusePart, 'startNs' | 'endNs'> {
  const startNs = timeOf(ownProperty(body, startFieldOf(about))) ?? (creates ? timestampNs : null);
  return { startNs, endNs: timeOf(ownProperty(body, 'endTime')) ?? (isEvent ? startNs : null) };
}

function textIn(body: Json, field: string): string | null {
  const value = ownProperty(body, field);
  return typeof value === 'string' && value !== '' ? value : null;
}
