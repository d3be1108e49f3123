import type { RedactedField } from '@sightglass/contract/redaction';
import { asObject } from '../normalise/attributes.ts';
import type { Json, LangfusePart } from '../normalise/langfuse/langfusePart.ts';
import type { RequestRedaction } from './redactor.ts';

/** What a part is told by, and what decides between parts: never masked. */
const KEPT: ReadonlySet<string> = new Set([
  'id',
  'traceId',
  'parentObservationId',
  'observationId',
  'type',
  'timestamp',
  'startTime',
  'endTime',
  'completionStartTime',
  'environment',
  'level',
]);
/** Everything else is an attribute. */
const FIELDS: ReadonlyMap<string, RedactedField> = new Map([
  ['input', 'inputs'],
  ['output', 'outputs'],
  ['name', 'messages'],
  ['statusMessage', 'messages'],
  ['userId', 'identity'],
  ['sessionId', 'identity'],
]);

/** Of a batch of Langfuse's older clients; the spans of a trace are made of its masked parts, now or later. */
export function redactLangfusePart(part: LangfusePart, redaction: RequestRedaction): LangfusePart {
  const body = Object.fromEntries(
    Object.entries(withoutDropped(part, redaction)).map(([field, value]) => {
      const masks = !KEPT.has(field) && redaction.masks(FIELDS.get(field) ?? 'attributes');
      return [field, masks ? redaction.value(value) : value];
    }),
  );
  return { ...part, name: redaction.masks('messages') ? redaction.textOrNull(part.name) : part.name, body };
}

/** Fields and metadata are known by the attributes that they become: `langfuse.observation.metadata.<key>`. */
function withoutDropped({ about, body }: LangfusePart, { isDropped }: RequestRedaction): Json {
  const prefix = `langfuse.${about}.`;
  const rest = Object.fromEntries(Object.entries(body).filter(([field]) => KEPT.has(field) || !isDropped(prefix + field)));
  const metadata = asObject(rest.metadata);
  if (metadata === undefined) return rest;
  const kept = Object.entries(metadata).filter(([key]) => !isDropped(key) && !isDropped(`${prefix}metadata.${key}`));
  return { ...rest, metadata: Object.fromEntries(kept) };
}
