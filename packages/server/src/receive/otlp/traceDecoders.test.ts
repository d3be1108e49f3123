import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import type { DecodedSpan } from '../../normalise/decodedSpan.ts';
import { type Decoded, explainRejections, UndecodableBody } from '../decoded.ts';
import { EVENTS_AND_LINKS_MAX, NESTED_TOO_DEEP, MONTHS_MAX, NESTING_DEPTH_MAX, SPANS_MAX } from '../limits.ts';
import { CLOCK_REASONS } from '../requestClock.ts';
import { SPAN_REASONS } from './spanFields.ts';
import { decodeTracesJson } from './tracesJson.ts';
import { decodeTracesProtobuf } from './tracesProtobuf.ts';
import { encodeTraceRequest, otlpMessages } from '../testing/otlpWriter.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const START = '1763600000123456789';
const END = '1763600001123456789';
const RECEIVED_AT_MS = Date.UTC(2026, 10, 20);

type Json = Record<string, unknown>;
const jsonSpan = (changes: Json = {}): Json => ({
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  name: 'chat',
  kind: 3,
  startTimeUnixNano: START,
  endTimeUnixNano: END,
  ...changes,
});
const jsonRequest = (...spans: unknown[]): Json => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [{ scope: { name: 'lib', version: '1' }, spans }],
    },
  ],
});
const decodeJson = (request: unknown): Decoded<DecodedSpan> => decodeTracesJson(Buffer.from(JSON.stringify(request)), RECEIVED_AT_MS);

const decodeProtobuf = (request: Json): Decoded<DecodedSpan> => decodeTracesProtobuf(encodeTraceRequest(request), RECEIVED_AT_MS);

const ENCODINGS = [
  ['json', decodeJson],
  ['protobuf', decodeProtobuf],
] as const;

function only(traces: Decoded<DecodedSpan>): DecodedSpan {
  expect(traces.items).toHaveLength(1);
  return traces.items[0] as DecodedSpan;
}

describe.each(ENCODINGS)('a span in %s', (_name, decode) => {
  it('keeps ids, times to the nanosecond, kind, resource and scope', () => {
    const span = only(decode(jsonRequest(jsonSpan({ parentSpanId: '00f067aa0ba902b7' }))));
    expect(span).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      parentSpanId: '00f067aa0ba902b7',
      name: 'chat',
      otelKind: 3,
      startNs: BigInt(START),
      endNs: BigInt(END),
      scope: { name: 'lib', version: '1' },
    });
    expect(span.resource.attributes.get('service.name')).toBe('shop');
  });

  it('reads every kind of attribute value', () => {
    const attributes = [
      { key: 'text', value: { stringValue: 'é – 漢' } },
      { key: 'empty', value: { stringValue: '' } },
      { key: 'yes', value: { boolValue: true } },
      { key: 'no', value: { boolValue: false } },
      { key: 'int', value: { intValue: '42' } },
      { key: 'negative', value: { intValue: '-7' } },
      { key: 'huge', value: { intValue: '9223372036854775807' } },
      { key: 'double', value: { doubleValue: 0.5 } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { stringValue: 'v' } }] } } },
      { key: 'bytes', value: { bytesValue: Buffer.from([1, 2]).toString('base64') } },
      { key: 'unset', value: {} },
      { key: '__proto__', value: { stringValue: 'hostile' } },
    ];
    const span = only(decode(jsonRequest(jsonSpan({ attributes }))));
    expect(Object.fromEntries([...span.attributes].filter(([key]) => key !== '__proto__'))).toEqual({
      text: 'é – 漢',
      empty: '',
      yes: true,
      no: false,
      int: 42,
      negative: -7,
      huge: 9223372036854775807n,
      double: 0.5,
      list: ['a', 1],
      map: { k: 'v' },
      bytes: new Uint8Array([1, 2]),
    });
    expect(span.attributes.get('__proto__')).toBe('hostile');
  });

  it.each(['', '0000000000000000'])('is a root when the parent is "%s"', (parentSpanId) => {
    expect(only(decode(jsonRequest(jsonSpan({ parentSpanId })))).parentSpanId).toBeNull();
  });

  it.each([
    ['zero trace id', { traceId: '0'.repeat(32) }],
    ['short trace id', { traceId: 'ab' }],
    ['zero span id', { spanId: '0'.repeat(16) }],
    ['long span id', { spanId: `${SPAN_ID}00` }],
    ['short parent', { parentSpanId: 'abcd' }],
    ['no start', { startTimeUnixNano: '0' }],
    ['a start in the year 2262', { startTimeUnixNano: '9223372036854775807' }],
    ['a start in 1970', { startTimeUnixNano: '86400000000000' }],
    ['a start more than a day ahead', { startTimeUnixNano: `${RECEIVED_AT_MS + 86_400_001}000000` }],
  ])('with %s is refused alone, and the others are taken', (_why, changes) => {
    const traces = decode(jsonRequest(jsonSpan(changes), jsonSpan()));
    expect(traces).toMatchObject({ rejected: 1, items: [{ spanId: SPAN_ID }] });
    expect(explainRejections(traces, 'span')).toMatch(/^1 span: /);
  });

  it('has zero length when it ends before it starts', () => {
    expect(only(decode(jsonRequest(jsonSpan({ endTimeUnixNano: '1' })))).endNs).toBe(BigInt(START));
  });

  it('keeps events, valid links and status', () => {
    const span = only(
      decode(
        jsonRequest(
          jsonSpan({
            events: [{ name: 'exception', timeUnixNano: END, attributes: [{ key: 'exception.type', value: { stringValue: 'E' } }] }],
            links: [
              { traceId: TRACE_ID, spanId: SPAN_ID },
              { traceId: 'ab', spanId: SPAN_ID },
              { traceId: '0'.repeat(32), spanId: SPAN_ID },
              { traceId: TRACE_ID, spanId: '0'.repeat(16) },
            ],
            status: { code: 2, message: 'boom' },
          }),
        ),
      ),
    );
    expect(span.events).toMatchObject([{ name: 'exception', timeNs: BigInt(END) }]);
    expect(span.events[0]?.attributes.get('exception.type')).toBe('E');
    expect(span.links).toHaveLength(1);
    expect(span).toMatchObject({ statusCode: 2, statusMessage: 'boom' });
  });

  it(`keeps ${NESTING_DEPTH_MAX} levels of nesting and marks what is deeper`, () => {
    const nest = (levels: number): Json => (levels === 0 ? { stringValue: 'core' } : { arrayValue: { values: [nest(levels - 1)] } });
    const textOf = (levels: number) =>
      JSON.stringify(only(decode(jsonRequest(jsonSpan({ attributes: [{ key: 'deep', value: nest(levels) }] })))).attributes.get('deep'));
    expect(textOf(NESTING_DEPTH_MAX)).toContain('core');
    expect(textOf(NESTING_DEPTH_MAX + 1)).toContain(NESTED_TOO_DEEP);
  });

  it('is refused with more events and links than a request may carry, and the others are taken', () => {
    const some = Array.from({ length: EVENTS_AND_LINKS_MAX / 25 }, () => ({}));
    const spans = Array.from({ length: 24 }, () => jsonSpan({ events: some }));
    const link = { traceId: TRACE_ID, spanId: SPAN_ID };
    const full = decode(jsonRequest(...spans, jsonSpan({ events: some.slice(1), links: [link] }), jsonSpan()));
    expect(full.rejected).toBe(0);
    expect(full.items.slice(-2)).toMatchObject([{ links: [link] }, { events: [] }]);
    const overfull = decode(jsonRequest(...spans, jsonSpan({ events: some, links: [link] }), jsonSpan({ events: [{}] })));
    expect([overfull.items.length, overfull.items.at(-1)?.events.length]).toEqual([25, 1]);
    expect([...overfull.reasons]).toEqual([[SPAN_REASONS.tooManyEvents, 1]]);
  });

  it('is refused when it begins in one month more than a request may touch', () => {
    const starting = (month: number) => jsonSpan({ startTimeUnixNano: `${Date.UTC(2022, month, 3)}000000`, endTimeUnixNano: END });
    const months = Array.from({ length: MONTHS_MAX + 2 }, (_, month) => starting(month));
    const traces = decode(jsonRequest(...months, starting(0)));
    expect([traces.items.length, [...traces.reasons]]).toEqual([MONTHS_MAX + 1, [[CLOCK_REASONS.months, 2]]]);
  });

  it('takes an empty request', () => {
    expect(decode({})).toMatchObject({ items: [], rejected: 0 });
  });
});

describe('a request with more spans than it may carry', () => {
  const json = (count: number) => {
    const span = JSON.stringify(jsonSpan());
    return decodeTracesJson(
      Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${Array.from({ length: count }, () => span).join(',')}]}]}]}`),
      RECEIVED_AT_MS,
    );
  };
  // A message sent in pieces is one message: each piece is a whole request with one span.
  const protobuf = (count: number) =>
    decodeTracesProtobuf(Buffer.concat(new Array(count).fill(encodeTraceRequest(jsonRequest(jsonSpan())))), RECEIVED_AT_MS);

  it.each([
    ['json', json],
    ['protobuf', protobuf],
  ])('is taken up to the limit, and the rest is counted as refused: %s', (_name, decode) => {
    const over = decode(SPANS_MAX + 2);
    expect([over.items.length, over.rejected]).toEqual([SPANS_MAX, 2]);
    expect(explainRejections(over, 'span')).toMatch(/^2 spans: .*smaller batches/);
  });
});

describe('JSON as clients write it', () => {
  it('takes numbers for 64-bit integers, names for enums, and snake_case', () => {
    const span = only(
      decodeJson({
        resource_spans: [
          {
            scope_spans: [
              {
                spans: [
                  {
                    trace_id: TRACE_ID.toUpperCase(),
                    span_id: SPAN_ID.toUpperCase(),
                    name: 'x',
                    kind: 'SPAN_KIND_SERVER',
                    start_time_unix_nano: 1763600000000000000,
                    end_time_unix_nano: END,
                    status: { code: 'STATUS_CODE_ERROR' },
                    attributes: [{ key: 'n', value: { intValue: 3 } }],
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect(span).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, otelKind: 2, statusCode: 2, startNs: 1763600000000000000n });
    expect(span.attributes.get('n')).toBe(3);
  });

  it('takes a time that is too large for a date as not sent', () => {
    const span = only(
      decodeTracesJson(Buffer.from(JSON.stringify(jsonRequest(jsonSpan({ events: [{ name: 'e', timeUnixNano: 1e300 }] })))), RECEIVED_AT_MS),
    );
    expect(span.events).toMatchObject([{ name: 'e', timeNs: 0n }]);
  });

  it('takes a null double, as the JavaScript exporter writes NaN, for not sent', () => {
    const span = only(decodeJson(jsonRequest(jsonSpan({ attributes: [{ key: 'nan', value: { doubleValue: null } }] }))));
    expect(span.attributes.has('nan')).toBe(false);
  });

  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a wrong shape', '{"resourceSpans":"x"}'],
    ['a number for a resource', '{"resourceSpans":[1]}'],
    ['spans that are no list', '{"resourceSpans":[{"scopeSpans":[{"spans":{}}]}]}'],
  ])('refuses %s as a whole', (_why, text) => {
    expect(() => decodeTracesJson(Buffer.from(text), RECEIVED_AT_MS)).toThrow(UndecodableBody);
  });

  it('takes a kind that is no whole number, and an integer beyond 64 bits, for not sent', () => {
    const span = only(decodeJson(jsonRequest(jsonSpan({ kind: 1.5, attributes: [{ key: 'n', value: { intValue: '9223372036854775808' } }] }))));
    expect([span.otelKind, span.attributes.size]).toEqual([0, 0]);
  });

  it('refuses alone a span whose lists are none', () => {
    const traces = decodeJson(jsonRequest(jsonSpan({ attributes: 'x' }), jsonSpan({ events: {} }), jsonSpan({ links: 1 }), jsonSpan()));
    expect([traces.items.length, traces.rejected]).toEqual([1, 3]);
  });

  it('has half characters replaced, as UTF-8 cannot hold them', () => {
    const span = only(decodeJson(jsonRequest(jsonSpan({ name: '\ud800', attributes: [{ key: 'a\udc00', value: { stringValue: 'b\ud800c' } }] }))));
    expect([span.name, span.attributes.get('a\ufffd')]).toEqual(['\ufffd', 'b\ufffdc']);
  });

  it('refuses one by one what is no span', () => {
    expect(decodeJson(jsonRequest(null, 7, 'x', jsonSpan()))).toMatchObject({ rejected: 3, items: [{ spanId: SPAN_ID }] });
  });
});

describe('protobuf as the wire may bring it', () => {
  it('takes NaN and infinity for not sent', () => {
    const span = only(
      decodeProtobuf(
        jsonRequest(
          jsonSpan({
            attributes: [
              { key: 'nan', value: { doubleValue: Number.NaN } },
              { key: 'inf', value: { doubleValue: Number.POSITIVE_INFINITY } },
            ],
          }),
        ),
      ),
    );
    expect(span.attributes.size).toBe(0);
  });

  it('finds the resource when it stands behind its spans', () => {
    const resource = otlpMessages
      .lookupType('ResourceSpans')
      .encode({ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'late' } }] } })
      .finish();
    const whole = encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans: [jsonSpan()] }] }] });
    // One ResourceSpans message whose fields come in the order scope_spans, resource.
    const scopeSpans = whole.subarray(1 + varintLength(whole, 1));
    const body = Buffer.concat([scopeSpans, resource]);
    const request = protobuf.Writer.create().uint32(10).bytes(body).finish();
    expect(only(decodeTracesProtobuf(request, RECEIVED_AT_MS)).resource.attributes.get('service.name')).toBe('late');
  });

  it('refuses every request that is cut off inside a field, and never crashes', () => {
    const whole = encodeTraceRequest(jsonRequest(jsonSpan({ attributes: [{ key: 'a', value: { stringValue: 'b' } }] })));
    for (let length = 1; length < whole.length; length++) {
      expect(() => decodeTracesProtobuf(whole.subarray(0, length), RECEIVED_AT_MS), `cut at ${length}`).toThrow(UndecodableBody);
    }
  });

  it('refuses JSON that was sent as protobuf', () => {
    expect(() => decodeTracesProtobuf(Buffer.from(JSON.stringify(jsonRequest(jsonSpan()))), RECEIVED_AT_MS)).toThrow(UndecodableBody);
  });
});

function varintLength(bytes: Uint8Array, from: number): number {
  let length = 1;
  while ((bytes[from + length - 1] as number) >= 128) length += 1;
  return length;
}
