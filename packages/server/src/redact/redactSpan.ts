import type { CanonicalSpan, Payload, RetrievedDocumentText, SpanContext } from '../normalise/canonicalSpan.ts';
import type { DecodedSpan } from '../normalise/decodedSpan.ts';
import type { RequestRedaction } from './redactor.ts';

/** A decoded span without the attributes that the workspace does not want: nothing is read out of them either. */
export function withoutDroppedAttributes<Item extends Pick<DecodedSpan, 'attributes' | 'resource'>>(item: Item, redaction: RequestRedaction): Item {
  const attributes = redaction.withoutDropped(item.attributes);
  const resource = redaction.resource(item.resource, false);
  return attributes === item.attributes && resource === item.resource ? item : { ...item, attributes, resource };
}

export function redactSpan(span: CanonicalSpan, redaction: RequestRedaction): CanonicalSpan {
  const { text, textOrNull, masks } = redaction;
  const masksAttributes = masks('attributes');
  // Events on a span may be messages, exceptions or anything else.
  const masksEvents = masksAttributes || masks('inputs') || masks('outputs') || masks('messages');
  const attributesOf = (attributes: CanonicalSpan['attributes'], mask: boolean) => {
    const kept = redaction.withoutDropped(attributes);
    return mask ? redaction.attributes(kept) : kept;
  };
  return {
    ...span,
    ...(masks('messages') ? { name: text(span.name), statusMessage: textOrNull(span.statusMessage) } : {}),
    ...(masks('inputs') ? { input: redactPayload(span.input, redaction), toolDefinitions: span.toolDefinitions.map(text) } : {}),
    ...(masks('outputs')
      ? { output: redactPayload(span.output, redaction), documents: span.documents.map((one) => redactDocument(one, redaction)) }
      : {}),
    ...(masksAttributes ? { tags: span.tags.map(text) } : {}),
    own: redactContext(span.own, redaction),
    resource: redaction.resource(span.resource, masksAttributes),
    attributes: attributesOf(span.attributes, masksAttributes),
    events: span.events.map((event) => ({
      ...event,
      ...(masksEvents ? { name: text(event.name) } : {}),
      attributes: attributesOf(event.attributes, masksEvents),
    })),
    links: span.links.map((link) => ({ ...link, attributes: attributesOf(link.attributes, masksAttributes) })),
  };
}

/** Each part stays the JSON text or plain text that it was. */
function redactPayload(payload: Payload | null, { text }: RequestRedaction): Payload | null {
  return payload === null ? null : { format: payload.format, parts: payload.parts.map(text) };
}

function redactDocument(document: RetrievedDocumentText, { textOrNull }: RequestRedaction): RetrievedDocumentText {
  return { ...document, id: textOrNull(document.id), content: textOrNull(document.content), metadata: textOrNull(document.metadata) };
}

/** Who it was stays what the client says unless the workspace has identities masked, too: attribution and budgets rest on it. */
export function redactContext<Context extends Pick<SpanContext, 'userId' | 'userEmail' | 'sessionId' | 'endpoint'>>(
  context: Context,
  { masks, textOrNull }: RequestRedaction,
): Context {
  return {
    ...context,
    ...(masks('attributes') ? { endpoint: textOrNull(context.endpoint) } : {}),
    ...(masks('identity')
      ? { userId: textOrNull(context.userId), userEmail: textOrNull(context.userEmail), sessionId: textOrNull(context.sessionId) }
      : {}),
  };
}
