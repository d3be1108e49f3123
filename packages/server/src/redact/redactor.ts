/** What a workspace's rules make of texts, values and attributes: the words in which `redactSpan` and its like are written. */
import type { RedactedField, Redaction } from '@sightglass/contract/redaction';
import { isUtf8 } from 'node:buffer';
import type { Attributes, AttributeValue, DecodedResource } from '../normalise/decodedSpan.ts';
import { maskAnyText } from './jsonMasking.ts';
import { compileTextRules, createTextMasking } from './textMasking.ts';

/** The rules of a workspace, compiled once. */
export interface Redactor {
  /** For one request, which shares among its items what custom patterns may take. */
  forRequest(): RequestRedaction;
}

export interface RequestRedaction {
  /** Whether the workspace has a field masked. */
  masks(field: RedactedField): boolean;
  /** A text of any kind; what is JSON stays JSON. */
  text(text: string): string;
  textOrNull(text: string | null): string | null;
  /** Any JSON value or attribute value; the same object when nothing was found. */
  value<T>(value: T): T;
  /** Attributes with their values masked. */
  attributes(attributes: Attributes): Attributes;
  /** One answer for one resource, so that spans that share it go on sharing it. */
  resource(resource: DecodedResource, mask: boolean): DecodedResource;
  /** Attributes without those that the workspace does not want. */
  withoutDropped(attributes: Attributes): Attributes;
  isDropped(key: string): boolean;
  /** What each rule found so far, by name. */
  readonly hits: ReadonlyMap<string, number>;
  /** Texts that could not be checked in time and are not stored. */
  withheld(): number;
}

export function createRedactor(redaction: Redaction, nowMs: () => number = () => performance.now()): Redactor {
  const rules = compileTextRules(redaction);
  const fields = new Set(redaction.fields);
  const isDropped = dropRule(redaction.drop_attributes);
  return { forRequest: () => requestRedaction(createTextMasking(rules, nowMs), fields, isDropped) };
}

function requestRedaction(
  masking: ReturnType<typeof createTextMasking>,
  fields: ReadonlySet<RedactedField>,
  isDropped: ((key: string) => boolean) | undefined,
): RequestRedaction {
  const resources = { masked: new WeakMap<DecodedResource, DecodedResource>(), kept: new WeakMap<DecodedResource, DecodedResource>() };
  const text = (sent: string) => maskAnyText(sent, masking);
  const redaction: RequestRedaction = {
    masks: (field) => fields.has(field),
    text,
    textOrNull: (sent) => (sent === null ? null : text(sent)),
    value: (sent) => maskValue(sent, text, masking.maskKey, masking.maskNumber) as typeof sent,
    attributes: (attributes) => {
      let masked: Map<string, AttributeValue> | undefined;
      for (const [key, value] of attributes) {
        const [newKey, newValue] = [masking.maskKey(key), redaction.value(value)];
        if (masked === undefined && newKey === key && newValue === value) continue;
        masked ??= copyBefore(attributes, key);
        masked.set(newKey, newValue);
      }
      return masked ?? attributes;
    },
    resource: (resource, mask) => {
      const made = mask ? resources.masked : resources.kept;
      const known = made.get(resource);
      if (known !== undefined) return known;
      const kept = redaction.withoutDropped(resource.attributes);
      const attributes = mask ? redaction.attributes(kept) : kept;
      const answer = attributes === resource.attributes ? resource : { attributes };
      made.set(resource, answer);
      return answer;
    },
    withoutDropped: (attributes) => {
      if (isDropped === undefined || ![...attributes.keys()].some(isDropped)) return attributes;
      return new Map([...attributes].filter(([key]) => !isDropped(key)));
    },
    isDropped: (key) => isDropped?.(key) === true,
    hits: masking.hits,
    withheld: () => masking.withheld,
  };
  return redaction;
}

function copyBefore(attributes: Attributes, end: string): Map<string, AttributeValue> {
  const copy = new Map<string, AttributeValue>();
  for (const [key, value] of attributes) {
    if (key === end) break;
    copy.set(key, value);
  }
  return copy;
}

/** Undefined when nothing is dropped. */
function dropRule(dropped: readonly string[]): ((key: string) => boolean) | undefined {
  if (dropped.length === 0) return undefined;
  const exact = new Set(dropped.filter((key) => !key.endsWith('*')));
  const beginnings = dropped.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
  return (key) => exact.has(key) || beginnings.some((beginning) => key.startsWith(beginning));
}

type MaskText = (text: string) => string;

/** Depth is bounded by the decoders (`limits.ts`). */
function maskValue(value: unknown, text: MaskText, key: MaskText, number: MaskText): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    const written = String(value);
    const masked = number(written);
    return masked === written ? value : masked;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return maskBytes(value, text);
  if (Array.isArray(value)) {
    const masked = value.map((item: unknown) => maskValue(item, text, key, number));
    return masked.some((item, i) => item !== value[i]) ? masked : value;
  }
  const entries = Object.entries(value);
  const masked = entries.map(([name, inner]) => [key(name), maskValue(inner, text, key, number)] as const);
  // `fromEntries` makes own properties even of `__proto__`.
  return masked.some(([name, inner], i) => name !== entries[i]?.[0] || inner !== entries[i]?.[1]) ? Object.fromEntries(masked) : value;
}

/** Bytes that are a text are masked as one, and become one when something was found. */
function maskBytes(bytes: Uint8Array, text: MaskText): Uint8Array | string {
  if (!isUtf8(bytes)) return bytes;
  const written = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const masked = text(written);
  return masked === written ? bytes : masked;
}
