import { describe, expect, it } from 'vitest';
import type { DecodedLog } from './decodedLog.ts';
import type { AttributeValue } from './decodedSpan.ts';
import { normaliseLog } from './normaliseLog.ts';

const RECEIVED_NS = 1_763_600_009_000_000_000n;

function log(
  fields: Partial<Omit<DecodedLog, 'attributes'>> & {
    attributes?: Record<string, AttributeValue>;
    resourceAttributes?: Record<string, AttributeValue>;
  } = {},
) {
  const { attributes = {}, resourceAttributes = { 'service.name': 'shop' }, ...rest } = fields;
  return normaliseLog(
    {
      resource: { attributes: new Map(Object.entries(resourceAttributes)) },
      scope: { name: 'app.orders', version: '' },
      timeNs: 1n,
      severityNumber: 0,
      severityText: '',
      body: 'it happened',
      eventName: '',
      traceId: null,
      spanId: null,
      position: 0,
      ...rest,
      attributes: new Map(Object.entries(attributes)),
    },
    RECEIVED_NS,
  );
}

describe('level', () => {
  it.each([
    [1, 'TRACE'],
    [4, 'TRACE'],
    [5, 'DEBUG'],
    [8, 'DEBUG'],
    [9, 'INFO'],
    [12, 'INFO'],
    [13, 'WARNING'],
    [16, 'WARNING'],
    [17, 'ERROR'],
    [20, 'ERROR'],
    [21, 'CRITICAL'],
    [24, 'CRITICAL'],
  ])('%i is %s', (severityNumber, level) => {
    expect(log({ severityNumber, severityText: 'debug' }).level).toBe(level);
  });

  it.each([
    ['warn', 'WARNING'],
    ['WARNING', 'WARNING'],
    ['Fatal', 'CRITICAL'],
    ['CRITICAL', 'CRITICAL'],
    ['err', 'ERROR'],
    [' Notice ', 'INFO'],
    ['silly', 'TRACE'],
    ['', 'INFO'],
    ['loud', 'INFO'],
    ['x'.repeat(1000), 'INFO'],
  ])('without a number %j is %s', (severityText, level) => {
    expect(log({ severityText }).level).toBe(level);
  });

  it('is read from an attribute where the record has neither', () => {
    expect(log({ attributes: { 'log.level': 'ERROR' } }).level).toBe('ERROR');
    expect(log({ severityText: 'info', attributes: { level: 'error' } }).level).toBe('INFO');
  });
});

describe('message', () => {
  it.each<[string, AttributeValue | undefined, string, string | null]>([
    ['a text', 'plain', 'plain', null],
    ['a number', 7, '7', null],
    ['an object with a message', { message: 'said', n: 1 }, 'said', '{"message":"said","n":1}'],
    ['an object with a msg', { msg: 'said' }, 'said', '{"msg":"said"}'],
    ['an object whose message is none', { message: { content: 'x' } }, '{"message":{"content":"x"}}', '{"message":{"content":"x"}}'],
    ['another object', { a: [1, 2n ** 60n] }, '{"a":[1,"1152921504606846976"]}', '{"a":[1,"1152921504606846976"]}'],
    ['a list', ['a', 1], '["a",1]', '["a",1]'],
    ['bytes', new Uint8Array([1, 2]), 'AQI=', null],
    ['nothing', undefined, '', null],
  ])('of %s', (_case, body, message, json) => {
    expect(log({ body })).toMatchObject({ message, body: json });
  });

  it('of a record without words is what else it carries', () => {
    expect(log({ body: undefined, eventName: 'order.paid' }).message).toBe('order.paid');
    expect(log({ body: {}, attributes: { 'event.name': 'gen_ai.choice' } })).toMatchObject({
      message: 'gen_ai.choice',
      eventName: 'gen_ai.choice',
      body: '{}',
    });
    expect(log({ body: undefined, attributes: { msg: 'said' } }).message).toBe('said');
    expect(log({ body: '', attributes: { 'exception.type': 'E42', 'exception.stacktrace': 'E42: no\n at x' } }).message).toBe('E42: no');
  });
});

describe('logger', () => {
  it.each([
    [{ 'logger.name': 'a', logger: 'b' }, 'a'],
    [{ logger_name: 'a' }, 'a'],
    [{ logger: 'b', 'code.namespace': 'c' }, 'b'],
    [{ 'code.namespace': 'c' }, 'c'],
    [{}, 'app.orders'],
  ] as const)('of %j', (attributes, logger) => {
    expect(log({ attributes }).logger).toBe(logger);
  });
});

describe('exception', () => {
  it.each<[string, Record<string, AttributeValue>, string | null, string | null]>([
    ['type and message', { 'exception.type': 'KeyError', 'exception.message': 'x' }, 'KeyError: x', 'KeyError'],
    [
      'a stack that repeats both',
      { 'exception.type': 'Error', 'exception.message': 'no', 'exception.stacktrace': 'Error: no\n at f' },
      'Error: no\n at f',
      'Error',
    ],
    [
      'a stack that says neither',
      { 'exception.type': 'Error', 'exception.message': 'no', 'exception.stacktrace': ' at f' },
      'Error: no\n at f',
      'Error',
    ],
    ['a code alone', { 'exception.type': 'E42' }, 'E42', 'E42'],
    ['an error object of pino', { err: { type: 'TypeError', message: 'no', stack: 'TypeError: no\n at f' } }, 'TypeError: no\n at f', 'TypeError'],
    ['a text of zap', { error: 'no route' }, 'no route', null],
    ['error attributes', { 'error.type': 'timeout' }, 'timeout', 'timeout'],
    ['none', { error: true, exception: 7 }, null, null],
  ])('of %s', (_case, attributes, exception, exceptionType) => {
    expect(log({ attributes })).toMatchObject({ exception, exceptionType });
  });

  it('is found in a structured body', () => {
    expect(log({ body: { msg: 'it failed', err: { name: 'Error', message: 'no' } } })).toMatchObject({
      message: 'it failed',
      exception: 'Error: no',
    });
  });
});

describe('context', () => {
  it('is what the record and its resource say', () => {
    const made = log({
      attributes: {
        'gen_ai.agent.name': 'planner',
        'sightglass.run_id': 'run-1',
        user_id: 'u-1',
        'session.id': 's-1',
        department: 'sales',
        'url.path': '/orders/A-1042',
        'http.request.method': 'post',
      },
      resourceAttributes: { 'service.name': 'shop', 'deployment.environment.name': 'prod', 'service.version': '2.1' },
    });
    expect(made.own).toEqual({
      agentId: 'planner',
      runId: 'run-1',
      sessionId: 's-1',
      userId: 'u-1',
      userEmail: null,
      department: 'sales',
      endpoint: '/orders/:id',
      method: 'POST',
      environment: 'prod',
    });
    expect(made).toMatchObject({ release: '2.1', serviceName: 'shop' });
  });

  it('is open where nothing is said', () => {
    expect(Object.values(log().own)).toEqual(Array.from({ length: 9 }, () => null));
    expect(log({ attributes: { method: 'processOrder' } }).own.method).toBeNull();
  });
});

it('a record that tells no time happened when it was received', () => {
  expect(log({ timeNs: null }).timeNs).toBe(RECEIVED_NS);
});
