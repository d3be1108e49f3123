/** What a request may still hold of what is bounded over all its items, and what is kept of one item. */
import type { AttributeValue } from '../../normalise/decodedSpan.ts';
import { boundedText } from '../boundedText.ts';
import {
  ATTRIBUTES_MAX,
  ATTRIBUTES_OF_ITEM_MAX,
  EVENTS_AND_LINKS_MAX,
  KEY_CHARS_MAX,
  LIST_VALUES_MAX,
  LIST_VALUES_OF_REQUEST_MAX,
  NAME_CHARS_MAX,
  TEXT_CHARS_MAX,
} from '../limits.ts';

/** Counted down while the request is read. A count below zero: the item in hand has more than there was room for. */
export class RequestRoom {
  /** Attributes and entries of maps. */
  attributes = ATTRIBUTES_MAX;
  /** Elements of lists. */
  listValues = LIST_VALUES_OF_REQUEST_MAX;
  /** Events and links of spans. */
  eventsAndLinks = EVENTS_AND_LINKS_MAX;
  /** Attributes and entries of maps that were left out of the item in hand. */
  dropped = 0;

  private attributesBefore = ATTRIBUTES_MAX;
  private listValuesBefore = LIST_VALUES_OF_REQUEST_MAX;
  private eventsAndLinksBefore = EVENTS_AND_LINKS_MAX;

  beginItem(): void {
    this.attributesBefore = this.attributes;
    this.listValuesBefore = this.listValues;
    this.eventsAndLinksBefore = this.eventsAndLinks;
    this.dropped = 0;
  }

  /** The item in hand is refused: others may have what it would have taken. */
  giveBack(): void {
    this.attributes = this.attributesBefore;
    this.listValues = this.listValuesBefore;
    this.eventsAndLinks = this.eventsAndLinksBefore;
  }

  hasTooManyAttributes(): boolean {
    return this.attributes < 0 || this.listValues < 0;
  }

  /** After a resource, which is no item that could be refused: what was over is counted as left out of it. */
  settleResource(): number {
    const dropped = this.dropped + Math.max(0, -this.attributes);
    this.attributes = Math.max(0, this.attributes);
    this.listValues = Math.max(0, this.listValues);
    return dropped;
  }

  /** Adds an attribute of an item or an entry of a map, or counts it as left out. */
  keep(into: Map<string, AttributeValue>, key: string, value: AttributeValue): void {
    if (key.length > KEY_CHARS_MAX || (into.size >= ATTRIBUTES_OF_ITEM_MAX && !into.has(key))) this.dropped += 1;
    else into.set(key, value);
  }
}

/** A list of which `count` elements were sent and the first are in `kept`. */
export function boundedList(kept: AttributeValue[], count: number): AttributeValue[] {
  if (count > LIST_VALUES_MAX) kept.push(`…[truncated ${count - LIST_VALUES_MAX} values]`);
  return kept;
}

export const boundedValue = (text: string): string => boundedText(text, TEXT_CHARS_MAX);
export const boundedName = (text: string): string => boundedText(text, NAME_CHARS_MAX);
/** Stands for bytes that are too many to be kept. */
export const truncatedBytes = (bytes: number): string => `…[truncated ${bytes} bytes]`;

/** As OpenTelemetry names the counts where there is no field for them. */
const DROPPED_KEYS = {
  attributes: 'otel.dropped_attributes_count',
  events: 'otel.dropped_events_count',
  links: 'otel.dropped_links_count',
} as const;

/** The counts in OTLP are `uint32`; one that is no count says nothing. */
const DROPPED_MAX = 0xffff_ffff;

/** Notes how many were left out, by the sender's own limits and by ours together. */
export function noteDropped(into: Map<string, AttributeValue>, what: keyof typeof DROPPED_KEYS, bySender: number, byUs: number): void {
  const count = (Number.isInteger(bySender) && bySender > 0 && bySender <= DROPPED_MAX ? bySender : 0) + byUs;
  if (count > 0) into.set(DROPPED_KEYS[what], count);
}
