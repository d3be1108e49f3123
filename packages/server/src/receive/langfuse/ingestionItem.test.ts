import { describe, expect, it } from 'vitest';
import { ITEM_TYPES } from '../../normalise/langfuse/langfusePart.ts';
import { INGESTION_DEPTH_MAX, TEXT_CHARS_MAX } from '../limits.ts';
import { CLOCK_REASONS, createRequestClock } from '../requestClock.ts';
import { readItem } from './ingestionItem.ts';

const SDK = { sdkName: 'langfuse-js', sdkVersion: '3.39.2' };
const TIME = '2026-11-20T09:00:00.123Z';
const TIME_NS = 1_795_165_200_123_000_000n;
const TRACE = '8b9ce5fc-d36b-4178-9332-9dc70911fb60';
const good = { id: 'item-1', type: 'span-create', timestamp: TIME, body: { id: 'span-1', traceId: TRACE } };
const read = (item: unknown) => readItem(item, 0, SDK, createRequestClock(Date.UTC(2026, 10, 20, 10)));
const part = (item: unknown) => {
  const reading = read(item);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.part;
};
const nested = (levels: number): unknown => (levels === 0 ? 'in' : [nested(levels - 1)]);

describe('what is taken', () => {
  it.each([...ITEM_TYPES.keys()])('%s', (type) => {
    expect(part({ ...good, type })).toMatchObject({ itemId: 'item-1', type, timestampNs: TIME_NS, ...SDK });
  });

  it.each([
    ['a UUID as a trace id keeps its digits', { traceId: TRACE.toUpperCase() }, '8b9ce5fcd36b417893329dc70911fb60'],
    ['32 hex digits as well', { traceId: '8b9ce5fcd36b417893329dc70911fb60' }, '8b9ce5fcd36b417893329dc70911fb60'],
    ['any other text has an id of its own', { traceId: 'order 7' }, expect.stringMatching(/^[0-9a-f]{32}$/)],
    ['zeros are no id', { traceId: '0'.repeat(32) }, expect.not.stringMatching(/^0{32}$/)],
    ['an observation without a trace is one by itself', { traceId: null }, expect.stringMatching(/^[0-9a-f]{32}$/)],
  ])('%s', (_, body, traceId) => {
    expect(part({ ...good, body: { id: 'span-1', ...body } }).traceId).toEqual(traceId);
  });

  it('16 hex digits stay a span id; other ids have 16 digits of their own', () => {
    expect(part({ ...good, body: { id: 'B7AD6B7169203331', traceId: TRACE } }).spanId).toBe('b7ad6b7169203331');
    expect(part({ ...good, body: { id: 'one', traceId: TRACE } }).spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(part({ ...good, body: { id: 'one', traceId: TRACE } }).spanId).not.toBe(part({ ...good, body: { id: 'two', traceId: TRACE } }).spanId);
  });

  it('what has no id is known by its item', () => {
    const event = { ...good, type: 'event-create', body: { traceId: TRACE } };
    expect(part(event).spanId).toBe(part(event).spanId);
    expect(part(event).spanId).not.toBe(part({ ...event, id: 'item-2' }).spanId);
  });

  it.each([
    ['an event ends when it begins', 'event-create', { startTime: TIME }, TIME_NS, TIME_NS],
    ['so does an observation of that type', 'observation-create', { type: 'EVENT', startTime: TIME }, TIME_NS, TIME_NS],
    ['what begins without saying when begins when it was written', 'span-create', {}, TIME_NS, null],
    ['an update says nothing of the beginning', 'span-update', { endTime: '2026-11-20T09:00:01Z' }, null, 1_795_165_201_000_000_000n],
    ['a zone that is missing is UTC', 'span-create', { startTime: '2026-11-20T09:00:00.123000' }, TIME_NS, null],
    ['Python writes an offset', 'span-create', { startTime: '2026-11-20T10:00:00.123000+01:00' }, TIME_NS, null],
  ])('%s', (_, type, body, startNs, endNs) => {
    expect(part({ ...good, type, body: { ...good.body, ...body } })).toMatchObject({ startNs, endNs });
  });

  it('the options of a client with its secret key are left out', () => {
    const body = { id: 't', name: 'chat', clientInitParams: { apiKey: 'sk-secret' } };
    expect(part({ ...good, type: 'trace-create', body }).body).toEqual({ id: 't', name: 'chat' });
  });

  it(`lists and maps inside one another up to ${INGESTION_DEPTH_MAX}`, () => {
    expect(read({ ...good, body: { ...good.body, input: nested(INGESTION_DEPTH_MAX - 1) } }).ok).toBe(true);
    expect(read({ ...good, body: { ...good.body, input: nested(INGESTION_DEPTH_MAX) } })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('nested deeper'),
    });
    expect(read({ ...good, body: { ...good.body, input: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown } }).ok).toBe(false);
  });
});

describe('what is refused', () => {
  it.each<[string, unknown, string, RegExp]>([
    ['no object', 7, '', /JSON object/],
    ['a list', [], '', /JSON object/],
    ['null', null, '', /JSON object/],
    ['without an id', { ...good, id: undefined }, '', /id must be/],
    ['with a number as its id', { ...good, id: 7 }, '', /id must be/],
    ['of an unknown type', { ...good, type: 'span-delete' }, 'item-1', /type must be one of trace-create/],
    ['of a type that every object has', { ...good, type: 'constructor' }, 'item-1', /type must be one of/],
    ['without a type', { ...good, type: null }, 'item-1', /type must be one of/],
    ['without a time', { ...good, timestamp: undefined }, 'item-1', /timestamp must be/],
    ['with a number as its time', { ...good, timestamp: 1_795_165_200 }, 'item-1', /timestamp must be/],
    ['without a body', { ...good, body: null }, 'item-1', /body must be an object/],
    [
      'with an id in its body that is no text',
      { ...good, body: { id: {}, traceId: 7 } },
      'item-1',
      /body\.id must be a text; body\.traceId must be a text/,
    ],
    ['that starts at no time', { ...good, body: { startTime: 'yesterday' } }, 'item-1', /body\.startTime must be an ISO 8601 time/],
    ['that ends before 1970-01-02', { ...good, body: { endTime: '1970-01-01T00:00:00Z' } }, 'item-1', /body\.endTime must be/],
    ['whose first token came after 2148', { ...good, body: { completionStartTime: '2149-01-01T00:00:00Z' } }, 'item-1', /completionStartTime/],
  ])('an item %s', (_, item, id, problem) => {
    expect(read(item)).toEqual({ ok: false, id, problem: expect.stringMatching(problem) });
  });

  it('a log of the client may hold anything', () => {
    expect(read({ ...good, type: 'sdk-log', body: { log: [1], id: 7, startTime: 'now' } }).ok).toBe(true);
  });
});

describe('clocks and texts', () => {
  it.each([
    ['timestamp', { ...good, timestamp: '1999-01-01T00:00:00Z' }, CLOCK_REASONS.tooOld],
    ['timestamp', { ...good, timestamp: '2026-11-22T00:00:00Z' }, CLOCK_REASONS.ahead],
    ['body.startTime', { ...good, body: { ...good.body, startTime: '1999-01-01T00:00:00Z' } }, CLOCK_REASONS.tooOld],
    ['body.timestamp', { ...good, type: 'trace-create', body: { id: TRACE, timestamp: '2099-01-01T00:00:00Z' } }, CLOCK_REASONS.ahead],
  ])('%s', (field, item, reason) => {
    expect(read(item)).toMatchObject({ ok: false, problem: `${field}: ${reason}` });
  });

  it('a text is cut above the limit', () => {
    const text = 'x'.repeat(TEXT_CHARS_MAX);
    const { body } = part({ ...good, body: { ...good.body, input: { whole: text, long: `${text}y` } } });
    expect(body.input).toEqual({ whole: text, long: `${text}…[truncated 1 characters]` });
  });
});
