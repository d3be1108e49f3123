/** The parts of one trace or observation put together: later fields win, and what a part leaves out or sends as null erases nothing. */
import { asObject } from '../attributes.ts';
import { ITEM_TYPES, type Json, type LangfusePart } from './langfusePart.ts';

export interface Merged {
  body: Json;
  /** Of an observation, lower-case: `generation`. */
  observationType: string;
  /** The model that was named first, when a call began; null when none was. */
  firstModel: string | null;
  sdkName: string;
  sdkVersion: string;
}

/** At least one part. A part that was sent twice is there once. */
export function mergeParts(parts: readonly LangfusePart[]): Merged {
  const ordered = [...distinctParts(parts)].sort(inOrder);
  const body: Record<string, unknown> = {};
  let firstModel: string | null = null;
  for (const part of ordered) {
    for (const [field, value] of Object.entries(part.body)) {
      if (value === null || value === undefined) continue;
      define(body, field, field === 'metadata' ? mergedMetadata(own(body, field), value) : value);
      if (field === 'model' && typeof value === 'string' && value !== '') firstModel ??= value;
    }
  }
  const last = ordered.at(-1);
  return { body, observationType: typeOf(ordered, body), firstModel, sdkName: last?.sdkName ?? '', sdkVersion: last?.sdkVersion ?? '' };
}

/** The last of those with one key. */
export function distinctParts(parts: readonly LangfusePart[]): LangfusePart[] {
  return [...new Map(parts.map((part) => [part.itemKey, part])).values()];
}

function inOrder(a: LangfusePart, b: LangfusePart): number {
  if (a.timestampNs !== b.timestampNs) return a.timestampNs < b.timestampNs ? -1 : 1;
  if (a.creates !== b.creates) return a.creates ? -1 : 1;
  if (a.place !== b.place) return a.place - b.place;
  return a.itemKey < b.itemKey ? -1 : 1;
}

/** What began the observation knows what it is; clients end every kind with `span-update`. */
function typeOf(ordered: readonly LangfusePart[], body: Json): string {
  const sayer = ordered.findLast(({ creates }) => creates) ?? ordered.at(-1);
  const said = ITEM_TYPES.get(sayer?.type ?? '')?.observation ?? own(body, 'type');
  return typeof said === 'string' && said !== '' ? said.toLowerCase() : 'span';
}

function mergedMetadata(before: unknown, now: unknown): unknown {
  const earlier = asObject(before);
  const later = asObject(now);
  return earlier === undefined || later === undefined ? now : { ...earlier, ...later };
}

/** Bodies are hostile: `__proto__` is a field like any other. */
function define(body: Record<string, unknown>, field: string, value: unknown): void {
  Object.defineProperty(body, field, { value, enumerable: true, configurable: true, writable: true });
}

const own = (body: Json, field: string): unknown => (Object.hasOwn(body, field) ? body[field] : undefined);
