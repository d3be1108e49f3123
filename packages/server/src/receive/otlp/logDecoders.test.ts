import { describe, expect, it } from 'vitest';
import type { DecodedLog } from '../../normalise/decodedLog.ts';
import { type Decoded, UndecodableBody } from '../decoded.ts';
import { LOG_RECORDS_MAX, NESTED_TOO_DEEP, NESTING_DEPTH_MAX } from '../limits.ts';
import { encodeLogsRequest } from '../testing/otlpWriter.ts';
import { CLOCK_REASONS } from '../requestClock.ts';
import { TOO_MANY_RECORDS } from './logFields.ts';
import { decodeLogsJson } from './logsJson.ts';
import { decodeLogsProtobuf } from './logsProtobuf.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TIME = '1763600000123456789';
const OBSERVED = '1763600001000000000';
const RECEIVED_AT_MS = Date.UTC(2026, 10, 20);

type Json = Record<string, unknown>;
const request = (...logRecords: unknown[]): Json => requestOf(logRecords);
const requestOf = (logRecords: unknown[]): Json => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeLogs: [{ scope: { name: 'app.orders', version: '2' }, logRecords }],
    },
  ],
});
const decodeJson = (sent: unknown): Decoded<DecodedLog> => decodeLogsJson(Buffer.from(JSON.stringify(sent)), RECEIVED_AT_MS);
const decodeProtobuf = (sent: Json): Decoded<DecodedLog> => decodeLogsProtobuf(encodeLogsRequest(sent), RECEIVED_AT_MS);

const ENCODINGS = [
  ['json', decodeJson],
  ['protobuf', decodeProtobuf],
] as const;

function only(logs: Decoded<DecodedLog>): DecodedLog {
  expect(logs.items).toHaveLength(1);
  return logs.items[0] as DecodedLog;
}

describe.each(ENCODINGS)('a log record in %s', (_name, decode) => {
  it('keeps every field', () => {
    const log = only(
      decode(
        request({
          timeUnixNano: TIME,
          observedTimeUnixNano: OBSERVED,
          severityNumber: 13,
          severityText: 'warn',
          body: { stringValue: 'stock is low – 漢' },
          attributes: [{ key: 'sku', value: { intValue: '42' } }],
          traceId: TRACE_ID,
          spanId: SPAN_ID,
          eventName: 'stock.low',
        }),
      ),
    );
    expect(log).toMatchObject({
      scope: { name: 'app.orders', version: '2' },
      timeNs: BigInt(TIME),
      severityNumber: 13,
      severityText: 'warn',
      body: 'stock is low – 漢',
      eventName: 'stock.low',
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      position: 0,
    });
    expect(log.attributes.get('sku')).toBe(42);
    expect(log.resource.attributes.get('service.name')).toBe('shop');
  });

  it('keeps a structured body', () => {
    const values = [
      { key: 'content', value: { stringValue: 'hello' } },
      { key: 'parts', value: { arrayValue: { values: [{ intValue: '1' }, { boolValue: true }] } } },
    ];
    expect(only(decode(request({ body: { kvlistValue: { values } } }))).body).toEqual({ content: 'hello', parts: [1, true] });
    expect(only(decode(request({ body: { kvlistValue: {} } }))).body).toEqual({});
    expect(only(decode(request({}))).body).toBeUndefined();
  });

  it('numbers the records of a request through all its scopes', () => {
    const [ofResource] = request({ body: { stringValue: 'a' } }, { body: { stringValue: 'b' } }).resourceLogs as Json[];
    const logs = decode({ resourceLogs: [ofResource, ofResource] });
    expect(logs.items.map(({ body, position }) => [body, position])).toEqual([
      ['a', 0],
      ['b', 1],
      ['a', 2],
      ['b', 3],
    ]);
  });

  it.each([
    ['its time', { timeUnixNano: TIME, observedTimeUnixNano: OBSERVED }, BigInt(TIME)],
    ['when it was observed, where it tells no time', { observedTimeUnixNano: OBSERVED }, BigInt(OBSERVED)],
    ['when it was observed, where its time cannot be', { timeUnixNano: '1763600000', observedTimeUnixNano: OBSERVED }, BigInt(OBSERVED)],
    ['no time at all', {}, null],
  ])('has %s', (_case, fields, expected) => {
    expect(only(decode(request(fields))).timeNs).toBe(expected);
  });

  it.each([
    ['its only time is of 1970', { timeUnixNano: '1' }, CLOCK_REASONS.tooOld],
    ['it was observed in 1970', { observedTimeUnixNano: '1' }, CLOCK_REASONS.tooOld],
    ['none of its times can be', { timeUnixNano: '18446744073709551615', observedTimeUnixNano: '1' }, CLOCK_REASONS.ahead],
  ])('is refused alone when %s', (_case, fields, reason) => {
    const logs = decode(request(fields, {}));
    expect([logs.items.length, [...logs.reasons]]).toEqual([1, [[reason, 1]]]);
  });

  it.each([
    ['no ids', {}, null, null],
    ['zero ids', { traceId: '0'.repeat(32), spanId: '0'.repeat(16) }, null, null],
    ['a short trace id', { traceId: 'abcd', spanId: SPAN_ID }, null, null],
    ['a zero span id', { traceId: TRACE_ID, spanId: '0'.repeat(16) }, TRACE_ID, null],
    ['a long span id', { traceId: TRACE_ID, spanId: TRACE_ID }, TRACE_ID, null],
    ['a span id alone', { spanId: SPAN_ID }, null, null],
  ])('with %s is taken', (_case, fields, traceId, spanId) => {
    expect(only(decode(request(fields)))).toMatchObject({ traceId, spanId });
  });

  it('has no severity beyond those that there are', () => {
    const severities = [0, 1, 24, 25, -1, 2_147_483_647].map((severityNumber) => only(decode(request({ severityNumber }))).severityNumber);
    expect(severities).toEqual([0, 1, 24, 0, 0, 0]);
  });

  it('is cut where values nest without end', () => {
    let value: Json = { stringValue: 'deep' };
    for (let i = 0; i < NESTING_DEPTH_MAX + 1; i++) value = { arrayValue: { values: [value] } };
    expect(JSON.stringify(only(decode(request({ body: value }))).body)).toContain(NESTED_TOO_DEEP);
  });

  it('may be empty, but not without end', () => {
    const most = decode(requestOf(Array.from({ length: LOG_RECORDS_MAX }, () => ({}))));
    expect([most.items.length, most.rejected]).toEqual([LOG_RECORDS_MAX, 0]);
    const more = decode(requestOf(Array.from({ length: LOG_RECORDS_MAX + 2 }, () => ({}))));
    expect([more.items.length, more.rejected]).toEqual([LOG_RECORDS_MAX, 2]);
    expect(more.reasons.get(TOO_MANY_RECORDS)).toBe(2);
  });
});

describe('log requests in JSON', () => {
  it('take snake_case, upper-case ids and names of severities', () => {
    const record = {
      time_unix_nano: TIME,
      severity_number: 'SEVERITY_NUMBER_ERROR2',
      severity_text: 'E',
      trace_id: TRACE_ID.toUpperCase(),
      span_id: SPAN_ID.toUpperCase(),
    };
    const log = only(decodeJson({ resource_logs: [{ scope_logs: [{ log_records: [{ ...record, event_name: 'x' }] }] }] }));
    expect(log).toMatchObject({ timeNs: BigInt(TIME), severityNumber: 18, severityText: 'E', traceId: TRACE_ID, spanId: SPAN_ID, eventName: 'x' });
  });

  it('refuse a record of a wrong shape alone', () => {
    const logs = decodeJson(
      request({ body: { stringValue: 'a' } }, 'no record', null, [1], { attributes: 'no list' }, { body: { stringValue: 'b' } }),
    );
    expect(logs.items.map(({ body, position }) => [body, position])).toEqual([
      ['a', 0],
      ['b', 5],
    ]);
    expect(logs.rejected).toBe(4);
  });

  it('take anything for a field that it cannot be', () => {
    const log = only(
      decodeJson(
        request({
          timeUnixNano: {},
          severityNumber: 'loud',
          severityText: 7,
          body: 'bare',
          attributes: [null, { key: 1 }],
          traceId: 5,
          eventName: [],
        }),
      ),
    );
    expect(log).toMatchObject({ timeNs: null, severityNumber: 0, severityText: '', body: undefined, traceId: null, eventName: '' });
    expect(log.attributes.size).toBe(0);
  });

  it.each(['', 'no JSON', '[]', '7', '{"resourceLogs":{}}', '{"resourceLogs":[7]}', '{"resourceLogs":[{"scopeLogs":"x"}]}'])(
    'are undecodable as a whole: %s',
    (body) => {
      expect(() => decodeLogsJson(Buffer.from(body), RECEIVED_AT_MS)).toThrow(UndecodableBody);
    },
  );
});

describe('log requests in protobuf', () => {
  const whole = encodeLogsRequest(
    request({ timeUnixNano: TIME, body: { stringValue: 'cut me' }, traceId: TRACE_ID, attributes: [{ key: 'k', value: { stringValue: 'v' } }] }),
  );

  it('are decoded or undecodable wherever they are cut off', () => {
    for (let length = 0; length < whole.length; length++) {
      let items = -1;
      try {
        items = decodeLogsProtobuf(whole.subarray(0, length), RECEIVED_AT_MS).items.length;
      } catch (error) {
        expect(error).toBeInstanceOf(UndecodableBody);
        continue;
      }
      expect(items, `cut at ${length}`).toBe(0);
      expect(length).toBe(0);
    }
  });

  it('skip fields that are not known', () => {
    const unknown = Buffer.from([0xfa, 0x7f, 3, 1, 2, 3]);
    expect(decodeLogsProtobuf(Buffer.concat([unknown, whole]), RECEIVED_AT_MS).items).toHaveLength(1);
  });
});
