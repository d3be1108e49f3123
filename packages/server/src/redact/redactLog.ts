import type { CanonicalLog } from '../normalise/canonicalLog.ts';
import type { RequestRedaction } from './redactor.ts';
import { redactContext } from './redactSpan.ts';

export function redactLog(log: CanonicalLog, redaction: RequestRedaction): CanonicalLog {
  const { text, textOrNull, masks } = redaction;
  // Messages of a model call may come as logs.
  const isMessage = log.eventName?.startsWith('gen_ai.') === true && (masks('inputs') || masks('outputs'));
  const masksAttributes = masks('attributes') || isMessage;
  const attributes = redaction.withoutDropped(log.attributes);
  return {
    ...log,
    ...(masks('logs') || isMessage ? { message: text(log.message), body: textOrNull(log.body), exception: textOrNull(log.exception) } : {}),
    own: redactContext(log.own, redaction),
    attributes: masksAttributes ? redaction.attributes(attributes) : attributes,
    resource: redaction.resource(log.resource, masks('attributes')),
  };
}
