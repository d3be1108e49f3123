/** What a request may carry: each limit just under and just over, for every signal in both encodings. */
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../normalise/decodedSpan.ts';
import { REASONS } from '../decoded.ts';
import {
  ATTRIBUTES_MAX,
  ATTRIBUTES_OF_ITEM_MAX,
  EVENTS_OF_SPAN_MAX,
  KEY_CHARS_MAX,
  LINKS_OF_SPAN_MAX,
  LIST_VALUES_MAX,
  LIST_VALUES_OF_REQUEST_MAX,
  NAME_CHARS_MAX,
  STATUS_MESSAGE_CHARS_MAX,
  TEXT_CHARS_MAX,
} from '../limits.ts';
import { encodeMetricRequest } from '../testing/metricWriter.ts';
import { encodeLogsRequest, encodeTraceRequest } from '../testing/otlpWriter.ts';
import { decodeLogsJson } from './logsJson.ts';
import { decodeLogsProtobuf } from './logsProtobuf.ts';
import { decodeMetricsJson } from './metricsJson.ts';
import { decodeMetricsProtobuf } from './metricsProtobuf.ts';
import { POINT_REASONS } from './pointFields.ts';
import { decodeTracesJson } from './tracesJson.ts';
import { decodeTracesProtobuf } from './tracesProtobuf.ts';

type Json = Record<string, unknown>;
const RECEIVED_AT_MS = Date.UTC(2026, 10, 20, 9);
const TIME = `${RECEIVED_AT_MS}000000`;
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const json = (request: Json) => Buffer.from(JSON.stringify(request));

const spanRequest = (spans: Json[], resource: Json = {}) => ({
  resourceSpans: [{ resource, scopeSpans: [{ spans: spans.map((span) => ({ ...IDS, startTimeUnixNano: TIME, endTimeUnixNano: TIME, ...span })) }] }],
});
const logRequest = (records: Json[], resource: Json = {}) => ({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: records }] }] });
const pointRequest = (points: Json[], resource: Json = {}, metric: Json = {}) => ({
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        { metrics: [{ name: 'm', gauge: { dataPoints: points.map((point) => ({ timeUnixNano: TIME, asDouble: 1, ...point })) }, ...metric }] },
      ],
    },
  ],
});

const TRACES = [
  ['json', (request: Json) => decodeTracesJson(json(request), RECEIVED_AT_MS)],
  ['protobuf', (request: Json) => decodeTracesProtobuf(encodeTraceRequest(request), RECEIVED_AT_MS)],
] as const;
const LOGS = [
  ['json', (request: Json) => decodeLogsJson(json(request), RECEIVED_AT_MS)],
  ['protobuf', (request: Json) => decodeLogsProtobuf(encodeLogsRequest(request), RECEIVED_AT_MS)],
] as const;
const METRICS = [
  ['json', (request: Json) => decodeMetricsJson(json(request), RECEIVED_AT_MS)],
  ['protobuf', (request: Json) => decodeMetricsProtobuf(encodeMetricRequest(request), RECEIVED_AT_MS)],
] as const;

/** Every signal in both encodings: items with these attributes. */
const ITEMS = [
  ...TRACES.map(([encoding, decode]) => [`a span in ${encoding}`, (items: Json[], resource?: Json) => decode(spanRequest(items, resource))] as const),
  ...LOGS.map(
    ([encoding, decode]) => [`a log record in ${encoding}`, (items: Json[], resource?: Json) => decode(logRequest(items, resource))] as const,
  ),
  ...METRICS.map(
    ([encoding, decode]) => [`a data point in ${encoding}`, (items: Json[], resource?: Json) => decode(pointRequest(items, resource))] as const,
  ),
];
/** Those whose items are kept without what is too much. */
const KEPT = ITEMS.filter(([name]) => !name.startsWith('a data point'));
const POINTS = ITEMS.filter(([name]) => name.startsWith('a data point'));

const attribute = (key: string, value: Json = { stringValue: 'v' }) => ({ key, value });
const attributes = (count: number) => Array.from({ length: count }, (_, i) => attribute(`k${i}`, { boolValue: true }));
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const DROPPED = 'otel.dropped_attributes_count';
const withoutNotes = (sent: ReadonlyMap<string, AttributeValue> | undefined) => [...(sent ?? [])].filter(([key]) => !key.startsWith('sightglass.'));

describe.each(ITEMS)('%s', (_name, decode) => {
  it('keeps as many attributes as it may have', () => {
    const { items, rejected } = decode([{ attributes: attributes(ATTRIBUTES_OF_ITEM_MAX) }]);
    expect([items[0]?.attributes.size, rejected]).toEqual([ATTRIBUTES_OF_ITEM_MAX, 0]);
  });

  it('keeps a key that is just short enough', () => {
    const key = 'k'.repeat(KEY_CHARS_MAX);
    expect(decode([{ attributes: [attribute(key)] }]).items[0]?.attributes.get(key)).toBe('v');
  });

  it('keeps a text up to the limit, and cuts one over it between characters, with a marker', () => {
    const kept = (text: string) => decode([{ attributes: [attribute('a', { stringValue: text })] }]).items[0]?.attributes.get('a') as string;
    const whole = 'ä'.repeat(TEXT_CHARS_MAX);
    expect(kept(whole) === whole).toBe(true);
    expect(kept(`${whole}bc`) === `${whole}…[truncated 2 characters]`).toBe(true);
    const cut = kept(`${whole.slice(1)}😀`);
    expect(cut.slice(TEXT_CHARS_MAX - 2)).toBe('ä…[truncated 2 characters]');
  });

  it('is refused when the request has no room for its attributes, and a later one that fits is taken', () => {
    // Attributes without a value count as well: reading them takes time.
    const empty = (count: number) => ({ attributes: times(count, { key: 'k' }) });
    const filled = times(ATTRIBUTES_MAX / 100_000 - 1, empty(100_000));
    const exact = decode([...filled, empty(100_000)]);
    expect([exact.items.length, exact.rejected]).toEqual([filled.length + 1, 0]);
    const over = decode([...filled, empty(100_001), empty(1)]);
    expect(over.items.length).toBe(filled.length + 1);
    expect([...over.reasons]).toEqual([[REASONS.attributes, 1]]);
  });
});

describe.each(KEPT)('%s', (_name, decode) => {
  it('keeps the first attributes of too many, and tells how many are left out by the sender and here', () => {
    const sent = [...attributes(ATTRIBUTES_OF_ITEM_MAX), attribute('late'), attribute('k0', { stringValue: 'again' }), attribute('later')];
    const [item] = decode([{ attributes: sent, droppedAttributesCount: 5 }]).items;
    expect([item?.attributes.get('k0'), item?.attributes.has('late'), item?.attributes.get(DROPPED)]).toEqual(['again', false, 7]);
    expect(item?.attributes.size).toBe(ATTRIBUTES_OF_ITEM_MAX + 1);
  });

  it('leaves out an attribute whose key is too long, and counts it', () => {
    const [item] = decode([{ attributes: [attribute('k'.repeat(KEY_CHARS_MAX + 1)), attribute('b')] }]).items;
    expect(withoutNotes(item?.attributes)).toEqual([
      ['b', 'v'],
      [DROPPED, 1],
    ]);
  });

  it('counts alike in both encodings what is left out of an attribute that has no key itself', () => {
    const inner = { kvlistValue: { values: [attribute('k'.repeat(KEY_CHARS_MAX + 1))] } };
    expect(withoutNotes(decode([{ attributes: [attribute('', inner)] }]).items[0]?.attributes)).toEqual([[DROPPED, 1]]);
  });

  it('has the attributes of its resource under the same limits', () => {
    const resource = { attributes: attributes(ATTRIBUTES_OF_ITEM_MAX + 2), droppedAttributesCount: 1 };
    const [item] = decode([{}], resource).items;
    expect([item?.resource.attributes.size, item?.resource.attributes.get(DROPPED)]).toEqual([ATTRIBUTES_OF_ITEM_MAX + 1, 3]);
  });

  it('keeps a list up to the limit, and replaces the rest of a longer one by a text', () => {
    const kept = (count: number) =>
      decode([{ attributes: [attribute('l', { arrayValue: { values: times(count, { boolValue: true }) } })] }]).items[0]?.attributes.get(
        'l',
      ) as unknown[];
    expect([kept(LIST_VALUES_MAX).length, kept(LIST_VALUES_MAX).at(-1)]).toEqual([LIST_VALUES_MAX, true]);
    const cut = kept(LIST_VALUES_MAX + 3);
    expect([cut.length, cut.at(-1)]).toEqual([LIST_VALUES_MAX + 1, '…[truncated 3 values]']);
  });

  it('keeps a map up to the limit, and counts what is left out of a larger one', () => {
    const kept = (count: number) => decode([{ attributes: [attribute('m', { kvlistValue: { values: attributes(count) } })] }]).items[0]?.attributes;
    expect(Object.keys(kept(ATTRIBUTES_OF_ITEM_MAX)?.get('m') ?? {})).toHaveLength(ATTRIBUTES_OF_ITEM_MAX);
    expect(kept(ATTRIBUTES_OF_ITEM_MAX)?.has(DROPPED)).toBe(false);
    expect(Object.keys(kept(ATTRIBUTES_OF_ITEM_MAX + 1)?.get('m') ?? {})).toHaveLength(ATTRIBUTES_OF_ITEM_MAX);
    expect(kept(ATTRIBUTES_OF_ITEM_MAX + 1)?.get(DROPPED)).toBe(1);
  });

  it('says of bytes that are too many how many they were', () => {
    const kept = (bytes: number) =>
      decode([{ attributes: [attribute('b', { bytesValue: Buffer.alloc(bytes).toString('base64') })] }]).items[0]?.attributes.get('b');
    expect((kept(TEXT_CHARS_MAX) as Uint8Array).byteLength).toBe(TEXT_CHARS_MAX);
    expect(kept(TEXT_CHARS_MAX + 1)).toBe(`…[truncated ${TEXT_CHARS_MAX + 1} bytes]`);
  });
});

describe.each(POINTS)('%s', (_name, decode) => {
  it('is refused with more attributes, or a longer key, than it may have: without them it would be another series', () => {
    const refused = decode([{ attributes: attributes(ATTRIBUTES_OF_ITEM_MAX + 1) }, { attributes: [attribute('k'.repeat(KEY_CHARS_MAX + 1))] }, {}]);
    expect(refused.items).toHaveLength(1);
    expect([...refused.reasons]).toEqual([[POINT_REASONS.attributes, 2]]);
  });
});

describe.each(TRACES)('a span in %s', (_encoding, decode) => {
  const only = (span: Json) => decode(spanRequest([span])).items[0];

  it('has a name, a status message and names of events that are cut with a marker', () => {
    const name = 'n'.repeat(NAME_CHARS_MAX);
    const message = 'm'.repeat(STATUS_MESSAGE_CHARS_MAX);
    expect(only({ name, status: { code: 2, message }, events: [{ name }] })).toMatchObject({ name, statusMessage: message, events: [{ name }] });
    const cut = `${name}…[truncated 1 characters]`;
    expect(only({ name: `${name}x`, status: { code: 2, message: `${message}yz` }, events: [{ name: `${name}x` }] })).toMatchObject({
      name: cut,
      statusMessage: `${message}…[truncated 2 characters]`,
      events: [{ name: cut }],
    });
  });

  it('keeps the first events and links, and counts the others', () => {
    const link = { ...IDS };
    const full = only({ events: times(EVENTS_OF_SPAN_MAX, {}), links: times(LINKS_OF_SPAN_MAX, link) });
    expect([full?.events.length, full?.links.length, withoutNotes(full?.attributes)]).toEqual([EVENTS_OF_SPAN_MAX, LINKS_OF_SPAN_MAX, []]);
    const over = only({
      events: [...times(EVENTS_OF_SPAN_MAX, {}), { name: 'late' }],
      links: times(LINKS_OF_SPAN_MAX + 2, link),
      droppedEventsCount: 10,
      droppedLinksCount: 20,
    });
    expect([over?.events.length, over?.links.length]).toEqual([EVENTS_OF_SPAN_MAX, LINKS_OF_SPAN_MAX]);
    expect(Object.fromEntries(over?.attributes ?? [])).toEqual({ 'otel.dropped_events_count': 11, 'otel.dropped_links_count': 22 });
  });

  it('tells of each event and link by itself what was left out of it', () => {
    const sent = { attributes: attributes(ATTRIBUTES_OF_ITEM_MAX + 1), droppedAttributesCount: 1 };
    const span = only({ attributes: [attribute('a'), attribute('k'.repeat(KEY_CHARS_MAX + 1))], events: [sent, {}], links: [{ ...IDS, ...sent }] });
    expect(span?.events.map((event) => event.attributes.get(DROPPED))).toEqual([2, undefined]);
    expect(span?.links.map((link) => link.attributes.get(DROPPED))).toEqual([2]);
    expect(span?.attributes.get(DROPPED)).toBe(1);
  });

  it.each([
    ['missing', { endTimeUnixNano: '0' }],
    ['before_start', { endTimeUnixNano: `${RECEIVED_AT_MS - 1}000000` }],
    ['ahead', { endTimeUnixNano: `${RECEIVED_AT_MS + 86_400_001}000000` }],
    ['ahead', { endTimeUnixNano: '18446744073709551615' }],
  ])('without an end that can be (%s) has no length and says so', (problem, sent) => {
    const span = only(sent);
    expect([span?.endNs, span?.attributes.get('sightglass.end_time_problem')]).toEqual([BigInt(TIME), problem]);
  });

  it('may be years long', () => {
    const span = only({ startTimeUnixNano: '1577836800000000000' });
    expect([span?.endNs, span?.attributes.size]).toEqual([BigInt(TIME), 0]);
  });
});

describe.each(LOGS)('a log record in %s', (_encoding, decode) => {
  it('has names that are cut, and a body like any value', () => {
    const name = 'n'.repeat(NAME_CHARS_MAX);
    const body = 'b'.repeat(TEXT_CHARS_MAX);
    const [whole, cut] = decode(
      logRequest([
        { severityText: name, eventName: name, body: { stringValue: body } },
        { severityText: `${name}x`, eventName: `${name}x`, body: { stringValue: `${body}x` } },
      ]),
    ).items;
    expect([whole?.severityText, whole?.eventName, whole?.body === body]).toEqual([name, name, true]);
    const marked = `${name}…[truncated 1 characters]`;
    expect([cut?.severityText, cut?.eventName, String(cut?.body).slice(body.length)]).toEqual([marked, marked, '…[truncated 1 characters]']);
  });
});

describe.each(METRICS)('a metric in %s', (_encoding, decode) => {
  it('has unit and description that are cut, and is refused with a name that is too long', () => {
    const name = 'n'.repeat(NAME_CHARS_MAX);
    const taken = decode(pointRequest([{}], {}, { name, unit: `${name}x`, description: `${name}xy` }));
    expect(taken.items[0]?.metric).toMatchObject({ name, unit: `${name}…[truncated 1 characters]`, description: `${name}…[truncated 2 characters]` });
    expect([...decode(pointRequest([{}, {}], {}, { name: `${name}x` })).reasons]).toEqual([[POINT_REASONS.longName, 2]]);
  });
});

it('lists of a request may have so many elements together, in protobuf', () => {
  const list = { arrayValue: { values: times(62_500, { boolValue: true }) } };
  const piece = encodeTraceRequest(spanRequest([{ attributes: [attribute('l', list)] }]));
  const pieces = LIST_VALUES_OF_REQUEST_MAX / 62_500;
  const exact = decodeTracesProtobuf(Buffer.concat(times(pieces, piece)), RECEIVED_AT_MS);
  expect([exact.items.length, exact.rejected]).toEqual([pieces, 0]);
  const over = decodeTracesProtobuf(Buffer.concat([...times(pieces, piece), piece, encodeTraceRequest(spanRequest([{}]))]), RECEIVED_AT_MS);
  expect([over.items.length, [...over.reasons]]).toEqual([pieces + 1, [[REASONS.attributes, 1]]]);
});
