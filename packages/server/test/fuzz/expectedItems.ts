/** How many items a request in OTLP/JSON carries, counted without the decoders. */
import type { OtlpSignal } from '../../src/receive/pipeline.ts';
import type { Json } from './hostileValues.ts';
import { NAMES } from './seeds.ts';

const DATA_KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];

/** `undecodable` when a list around the items is none, or holds what is no object. */
export function expectedItems(signal: OtlpSignal, request: unknown): number | 'undecodable' {
  const names = NAMES[signal];
  if (!isObject(request)) return 'undecodable';
  const scopes = objectsIn([request], names.resources);
  const items = scopes && objectsIn(scopes, names.scopes)?.map((scope) => scope[names.items] ?? []);
  if (items === undefined || !items.every(Array.isArray)) return 'undecodable';
  if (signal !== 'metrics') return items.flat().length;
  const metrics = items.flat() as unknown[];
  if (!metrics.every(isObject)) return 'undecodable';
  const points = metrics.map((metric) => {
    const data = DATA_KINDS.map((kind) => metric[kind]).find(isObject);
    return data?.dataPoints ?? [];
  });
  return points.every(Array.isArray) ? points.flat().length : 'undecodable';
}

function objectsIn(holders: readonly Json[], key: string): Json[] | undefined {
  const lists = holders.map((holder) => holder[key] ?? []);
  if (!lists.every(Array.isArray)) return undefined;
  const all = lists.flat() as unknown[];
  return all.every(isObject) ? all : undefined;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
