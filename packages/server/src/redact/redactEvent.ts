import type { DecodedAgentEvent } from '../normalise/decodedEvent.ts';
import type { RequestRedaction } from './redactor.ts';
import { redactContext } from './redactSpan.ts';

/** Of an event of the Events API; what becomes of it, a span among it, is made of the masked one. */
export function redactEvent(event: DecodedAgentEvent, redaction: RequestRedaction): DecodedAgentEvent {
  const { textOrNull, masks } = redaction;
  const tags = withoutDropped(event.tags, redaction);
  const payload = withoutDropped(event.payload, redaction);
  return {
    ...redactContext(event, redaction),
    ...(masks('events')
      ? {
          message: textOrNull(event.message),
          errorMessage: textOrNull(event.errorMessage),
          tags: redaction.value(tags),
          payload: redaction.value(payload),
        }
      : { tags, payload }),
  };
}

function withoutDropped<Fields extends Readonly<Record<string, unknown>> | null>(fields: Fields, { isDropped }: RequestRedaction): Fields {
  if (fields === null || !Object.keys(fields).some(isDropped)) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !isDropped(key))) as Fields;
}
