/**
 * Bodies of Langfuse's older batch as the attributes that its newer clients send over OTLP, so that one dialect
 * (`dialects/langfuse.ts`) reads both.
 */
import { asObject, ownProperty, toNumber } from '../attributes.ts';
import type { AttributeValue } from '../decodedSpan.ts';
import { jsonTextOf } from '../jsonText.ts';
import type { Json } from './langfusePart.ts';

type AttributeMap = Map<string, AttributeValue>;

/** What a trace says of all its observations is written with each of them, so it is bounded: longer texts are cut, further tags left out. */
export const SHARED_TEXT_CHARS_MAX = 1_000;
export const SHARED_TAGS_MAX = 100;

/** What a trace says and all its observations have: whose it is. `observation` is asked first. */
export function sharedAttributes(trace: Json | null, observation: Json | null): AttributeMap {
  const attributes: AttributeMap = new Map();
  const said = (field: string) => sharedText(observation, field) ?? sharedText(trace, field);
  put(attributes, 'session.id', sharedText(trace, 'sessionId'));
  put(attributes, 'user.id', sharedText(trace, 'userId'));
  put(attributes, 'langfuse.environment', said('environment'));
  put(attributes, 'langfuse.release', said('release'));
  put(attributes, 'langfuse.version', said('version'));
  const tags = trace === null ? undefined : ownProperty(trace, 'tags');
  const texts = Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string' && tag !== '') : [];
  if (texts.length > 0)
    attributes.set(
      'langfuse.trace.tags',
      texts.slice(0, SHARED_TAGS_MAX).map((tag) => tag.slice(0, SHARED_TEXT_CHARS_MAX)),
    );
  return attributes;
}

/** What only the trace has: on its root. */
export function addTraceAttributes(attributes: AttributeMap, body: Json): void {
  put(attributes, 'langfuse.trace.name', textOf(ownProperty(body, 'name')));
  put(attributes, 'langfuse.trace.input', textOf(ownProperty(body, 'input')));
  put(attributes, 'langfuse.trace.output', textOf(ownProperty(body, 'output')));
  const isPublic = ownProperty(body, 'public');
  if (typeof isPublic === 'boolean') attributes.set('langfuse.trace.public', isPublic);
  addMetadata(attributes, 'langfuse.trace.metadata', ownProperty(body, 'metadata'));
}

export function addObservationAttributes(attributes: AttributeMap, body: Json, type: string): void {
  const text = (field: string) => textOf(ownProperty(body, field));
  put(attributes, 'langfuse.observation.type', type);
  put(attributes, 'langfuse.observation.input', text('input'));
  put(attributes, 'langfuse.observation.output', text('output'));
  put(attributes, 'langfuse.observation.level', text('level'));
  put(attributes, 'langfuse.observation.status_message', text('statusMessage'));
  put(attributes, 'langfuse.observation.model.name', text('model'));
  put(attributes, 'langfuse.observation.model.parameters', text('modelParameters'));
  put(attributes, 'langfuse.observation.completion_start_time', text('completionStartTime'));
  put(attributes, 'langfuse.observation.prompt.name', text('promptName'));
  put(attributes, 'langfuse.observation.prompt.version', text('promptVersion'));
  const { usage, cost } = usageOf(body);
  put(attributes, 'langfuse.observation.usage_details', textOf(usage));
  put(attributes, 'langfuse.observation.cost_details', textOf(cost));
  addMetadata(attributes, 'langfuse.observation.metadata', ownProperty(body, 'metadata'));
}

/**
 * `usageDetails` and `costDetails` where they were sent; else the older `usage`, whose `unit` may say that it
 * counts no tokens but characters, images or seconds: these are no usage that a price could be put on.
 */
function usageOf(body: Json): { usage: Json | undefined; cost: Json | undefined } {
  const older = asObject(ownProperty(body, 'usage'));
  const unit = older === undefined ? undefined : ownProperty(older, 'unit');
  const countsTokens = typeof unit !== 'string' || unit === '' || unit.toUpperCase() === 'TOKENS';
  return {
    usage: filled(asObject(ownProperty(body, 'usageDetails'))) ?? (countsTokens ? filled(older) : undefined),
    cost: filled(asObject(ownProperty(body, 'costDetails'))) ?? (older === undefined ? undefined : costsIn(older)),
  };
}

const filled = (object: Json | undefined) => (object === undefined || Object.keys(object).length === 0 ? undefined : object);

const COST_FIELDS = { input: 'inputCost', output: 'outputCost', total: 'totalCost' } as const;

function costsIn(usage: Json): Json | undefined {
  const costs = Object.entries(COST_FIELDS).flatMap(([key, field]) => {
    const cost = ownProperty(usage, field);
    return toNumber(cost) === undefined ? [] : [[key, cost] as const];
  });
  return costs.length === 0 ? undefined : Object.fromEntries(costs);
}

/** Nested values are JSON text, as the newer clients send them. */
function addMetadata(attributes: AttributeMap, prefix: string, metadata: unknown): void {
  const fields = asObject(metadata);
  if (fields === undefined) {
    put(attributes, prefix, textOf(metadata));
    return;
  }
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'number' || typeof value === 'boolean') attributes.set(`${prefix}.${key}`, value);
    else put(attributes, `${prefix}.${key}`, textOf(value));
  }
}

/** The text, or the JSON text of anything else; undefined when nothing was sent. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : jsonTextOf(value);
}

function sharedText(body: Json | null, field: string): string | undefined {
  const value = body === null ? undefined : ownProperty(body, field);
  return typeof value === 'string' && value !== '' ? value.slice(0, SHARED_TEXT_CHARS_MAX) : undefined;
}

function put(attributes: AttributeMap, key: string, text: string | undefined): void {
  if (text !== undefined) attributes.set(key, text);
}
