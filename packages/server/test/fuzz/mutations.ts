/** What is done to requests: changes that both encodings can carry, wrong JSON anywhere, and broken bytes. */
import type { OtlpSignal } from '../../src/receive/pipeline.ts';
import type { Choices } from './choices.ts';
import { anyValue, deepValue, INTEGERS, type Json, NUMBERS, TEXTS, TIMES, WRONG } from './hostileValues.ts';

const TRACE_IDS = ['0af7651916cd43dd8448eb211c80319c', '0'.repeat(32), '', 'ab', 'ff'.repeat(17), 'ABCDEF0123456789abcdef0123456789'];
const SPAN_IDS = ['b7ad6b7169203331', '0'.repeat(16), '', 'ab', 'ff'.repeat(9), 'ABCDEF0123456789'];
const ENUMS = [0, 1, 2, 3, 5, 6, 9, 24, 25, -1, 2_147_483_647];
const COUNTS = [0, 1, 7, 4_294_967_295];

type Change = (item: Json, choices: Choices) => void;

const listAt = (item: Json, key: string): Json[] => {
  if (!Array.isArray(item[key])) item[key] = [];
  return item[key] as Json[];
};

const changeAttributes: Change = (item, choices) => {
  const attributes = listAt(item, 'attributes');
  const known = attributes[choices.upTo(Math.max(1, attributes.length))];
  const value = choices.upTo(12) === 0 ? deepValue(choices) : anyValue(choices);
  if (known === undefined || choices.upTo(3) === 0) attributes.push({ key: choices.of(TEXTS), value });
  else if (choices.upTo(4) === 0) attributes.push({ key: known.key, value });
  else known.value = value;
};

const changeSpan: readonly Change[] = [
  changeAttributes,
  changeAttributes,
  (span, choices) => Object.assign(span, { traceId: choices.of(TRACE_IDS) }),
  (span, choices) => Object.assign(span, { spanId: choices.of(SPAN_IDS) }),
  (span, choices) => Object.assign(span, { parentSpanId: choices.of(SPAN_IDS) }),
  (span, choices) => Object.assign(span, { name: choices.of(TEXTS) }),
  (span, choices) => Object.assign(span, { kind: choices.of(ENUMS) }),
  (span, choices) => Object.assign(span, { startTimeUnixNano: choices.of(TIMES) }),
  (span, choices) => Object.assign(span, { endTimeUnixNano: choices.of(TIMES) }),
  (span, choices) => Object.assign(span, { status: { code: choices.of(ENUMS), message: choices.of(TEXTS) } }),
  (span, choices) => Object.assign(span, { droppedAttributesCount: choices.of(COUNTS), droppedLinksCount: choices.of(COUNTS) }),
  (span, choices) => {
    const event: Json = { name: choices.of(['exception', 'gen_ai.choice', ...TEXTS]), timeUnixNano: choices.of(TIMES) };
    changeAttributes(event, choices);
    listAt(span, 'events').push(event);
  },
  (span, choices) => {
    const link: Json = { traceId: choices.of(TRACE_IDS), spanId: choices.of(SPAN_IDS) };
    changeAttributes(link, choices);
    listAt(span, 'links').push(link);
  },
];

const changeLog: readonly Change[] = [
  changeAttributes,
  changeAttributes,
  (log, choices) => Object.assign(log, { timeUnixNano: choices.of(TIMES) }),
  (log, choices) => Object.assign(log, { observedTimeUnixNano: choices.of(TIMES) }),
  (log, choices) => Object.assign(log, { severityNumber: choices.of(ENUMS) }),
  (log, choices) => Object.assign(log, { severityText: choices.of(TEXTS) }),
  (log, choices) => Object.assign(log, { eventName: choices.of(['gen_ai.user.message', 'gen_ai.choice', ...TEXTS]) }),
  (log, choices) => Object.assign(log, { traceId: choices.of(TRACE_IDS), spanId: choices.of(SPAN_IDS) }),
  (log, choices) => Object.assign(log, { body: choices.upTo(10) === 0 ? deepValue(choices) : anyValue(choices) }),
  (log, choices) => Object.assign(log, { droppedAttributesCount: choices.of(COUNTS) }),
];

const UNSIGNED = ['0', '1', '3', '9007199254740993', '18446744073709551615'];
const counts = (choices: Choices) => Array.from({ length: choices.upTo(6) }, () => choices.of(UNSIGNED));
const numbers = (choices: Choices) => Array.from({ length: choices.upTo(6) }, () => choices.of(NUMBERS));
const KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;
type Kind = (typeof KINDS)[number];

/** Of each kind of point its own fields: what is no field of a message cannot be sent in protobuf. */
const changePoint: Readonly<Record<Kind, readonly Change[]>> = {
  gauge: numberChanges(),
  sum: numberChanges(),
  histogram: [
    (point, choices) => Object.assign(point, { count: choices.of(UNSIGNED), sum: choices.of(NUMBERS) }),
    (point, choices) => Object.assign(point, { bucketCounts: counts(choices), explicitBounds: numbers(choices) }),
    (point, choices) => Object.assign(point, { min: choices.of(NUMBERS), max: choices.of(NUMBERS) }),
  ],
  exponentialHistogram: [
    (point, choices) => Object.assign(point, { count: choices.of(UNSIGNED), sum: choices.of(NUMBERS), zeroCount: choices.of(UNSIGNED) }),
    (point, choices) => Object.assign(point, { scale: choices.of([0, -11, 20, 32, 33, -2_147_483_648]), zeroThreshold: choices.of(NUMBERS) }),
    (point, choices) => Object.assign(point, { positive: { offset: choices.of([0, -5, 2_147_483_647]), bucketCounts: counts(choices) } }),
    (point, choices) => Object.assign(point, { negative: { offset: choices.of([0, -5, -2_147_483_648]), bucketCounts: counts(choices) } }),
  ],
  summary: [
    (point, choices) => Object.assign(point, { count: choices.of(UNSIGNED), sum: choices.of(NUMBERS) }),
    (point, choices) => Object.assign(point, { quantileValues: numbers(choices).map((quantile) => ({ quantile, value: choices.of(NUMBERS) })) }),
  ],
};

function numberChanges(): readonly Change[] {
  return [
    (point, choices) => {
      delete point.asInt;
      point.asDouble = choices.of(NUMBERS);
    },
    (point, choices) => {
      delete point.asDouble;
      point.asInt = choices.of(INTEGERS);
    },
    (point) => {
      delete point.asDouble;
      delete point.asInt;
    },
  ];
}

const changeAnyPoint: readonly Change[] = [
  changeAttributes,
  (point, choices) => Object.assign(point, { timeUnixNano: choices.of(TIMES) }),
  (point, choices) => Object.assign(point, { startTimeUnixNano: choices.of(TIMES) }),
  (point, choices) => Object.assign(point, { flags: choices.of([0, 1, 2, 3, 4_294_967_295]) }),
];

const changeMetric: Change = (metric, choices) => {
  const kind = KINDS.find((one) => metric[one] !== undefined);
  if (kind === undefined) return;
  const data = metric[kind] as Json;
  const points = listAt(data, 'dataPoints');
  const point = points[choices.upTo(Math.max(1, points.length))];
  const what = choices.upTo(6);
  if (what === 0) Object.assign(metric, { name: choices.of(TEXTS), unit: choices.of(TEXTS) });
  else if (what === 1 && kind !== 'gauge' && kind !== 'summary') data.aggregationTemporality = choices.of(ENUMS);
  else if (point !== undefined) choices.of([...changePoint[kind], ...changeAnyPoint])(point, choices);
};

const CHANGES: Readonly<Record<OtlpSignal, readonly Change[]>> = { traces: changeSpan, logs: changeLog, metrics: [changeMetric] };

/** Changes an item, in place, so that both encodings can carry it still. */
export function changeItem(signal: OtlpSignal, item: Json, choices: Choices): void {
  do choices.of(CHANGES[signal])(item, choices);
  while (!choices.isOver);
}

/** Puts what does not belong there, or what is left out, somewhere into a JSON value. Answers the path. */
export function spoil(root: Json, choices: Choices): string[] {
  const path: string[] = [];
  let at: Json = root;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[choices.upTo(keys.length)];
    if (key === undefined) return path;
    path.push(key);
    const inner = at[key];
    // The deeper the likelier: most of a request is near its leaves.
    if (typeof inner === 'object' && inner !== null && choices.upTo(8) !== 0) {
      at = inner as Json;
      continue;
    }
    const how = choices.upTo(4);
    if (how === 0 && !Array.isArray(at)) delete at[key];
    else at[key] = how === 1 ? choices.of(TEXTS) : structuredClone(choices.of(WRONG));
    return path;
  }
}

const HUGE_VARINT = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
const ENDLESS_VARINT = Array<number>(12).fill(0xff);
const PIECES: readonly (readonly number[])[] = [
  HUGE_VARINT,
  ENDLESS_VARINT,
  [0],
  [0x0a, 0x00],
  [0x0b],
  [0x7f],
  [0x80],
  [0xff],
  [0xed, 0xa0, 0x80],
  [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f],
  [...Buffer.from('"__proto__":')],
  [...Buffer.from('[[[[[[[[')],
  [...Buffer.from('\\ud800')],
  [...Buffer.from('NaN')],
  [...Buffer.from('1e999')],
  [...Buffer.from('{"a":1,"a":2}')],
];

/** Flipped, cut, repeated, inserted: bytes as no encoder writes them. */
export function breakBytes(body: Uint8Array, choices: Choices): Uint8Array {
  let bytes = Buffer.from(body);
  do {
    const at = choices.upTo(bytes.length + 1);
    switch (choices.upTo(7)) {
      case 0:
        bytes = bytes.subarray(0, at);
        break;
      case 1:
      case 2:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << choices.upTo(8));
        break;
      case 3:
        // Another wire type for what may be a tag.
        if (at < bytes.length) bytes[at] = ((bytes[at] as number) & 0xf8) | choices.upTo(8);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(choices.of(PIECES)), bytes.subarray(at)]);
        break;
      case 5: {
        const piece = bytes.subarray(at, at + choices.upTo(64));
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
        break;
      }
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + choices.upTo(16))]);
    }
  } while (!choices.isOver);
  return new Uint8Array(bytes);
}
