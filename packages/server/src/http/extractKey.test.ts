import { describe, expect, test } from 'vitest';
import { extractKey } from './extractKey.ts';

const KEY = `sg_${'k'.repeat(43)}`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

const extract = (path: string, headers: Record<string, string>) => extractKey((name) => headers[name], path);

describe('every form that a client sends', () => {
  test.each([
    ['an OTel SDK', '/v1/traces', { authorization: `Bearer ${KEY}` }],
    ['an OTel SDK, logs', '/v1/logs', { authorization: `Bearer ${KEY}` }],
    ['an OTel SDK, metrics', '/v1/metrics', { authorization: `Bearer ${KEY}` }],
    ['a scheme word in another case', '/v1/traces', { authorization: `bearer ${KEY}` }],
    ['more than one space', '/v1/traces', { authorization: ` BEARER   ${KEY} ` }],
    ['Traceloop', '/v1/traces', { authorization: `Bearer ${KEY}` }],
    ['Langfuse v5', '/api/public/otel/v1/traces', { authorization: basic(`pk-lf-public:${KEY}`) }],
    ['Langfuse v3', '/api/public/ingestion', { authorization: basic(`pk-lf-public:${KEY}`) }],
    ['Basic without a user', '/v1/traces', { authorization: basic(`:${KEY}`) }],
    ['Basic in another case', '/v1/traces', { authorization: basic(`user:${KEY}`).replace('Basic', 'basic') }],
    ['LangSmith', '/otel/v1/traces', { 'x-api-key': KEY }],
    ['Logfire', '/v1/traces', { authorization: KEY }],
    ['a gateway with credentials of its own', '/otel/v1/traces', { authorization: basic('gateway:its-own'), 'x-api-key': KEY }],
    ['the API', '/api/obs/traces', { authorization: `Bearer ${KEY}` }],
    ['OFREP, Bearer', '/ofrep/v1/evaluate/flags', { authorization: `Bearer ${KEY}` }],
    ['OFREP, X-API-Key', '/ofrep/v1/evaluate/flags/a', { 'x-api-key': KEY }],
  ])('%s', (_client, path, headers) => {
    expect(extract(path, headers)).toBe(KEY);
  });
});

describe('what is no key here', () => {
  test.each([
    ['nothing at all', '/v1/traces', {}],
    ['an unset variable behind Bearer', '/v1/traces', { authorization: 'Bearer ' }],
    ['a bare scheme word', '/v1/traces', { authorization: 'Basic' }],
    ['an empty header', '/v1/traces', { authorization: '', 'x-api-key': ' ' }],
    ['Basic on the API', '/api/obs/traces', { authorization: basic(`user:${KEY}`) }],
    ['a bare key on the API', '/api/obs/traces', { authorization: KEY }],
    ['x-api-key on the API', '/api/obs/traces', { 'x-api-key': KEY }],
    ['a bare key on OFREP', '/ofrep/v1/evaluate/flags', { authorization: KEY }],
    ['a path that only begins like one for telemetry', '/v1/traces/../../api/obs/traces', { authorization: KEY }],
  ])('%s', (_what, path, headers) => {
    expect(extract(path, headers)).toBeUndefined();
  });
});

test.each([
  ['Bearer', { authorization: 'Bearer nonsense' }, 'nonsense'],
  ['Basic', { authorization: basic('user:wrong:with:colons') }, 'wrong:with:colons'],
  ['Basic that is no base64', { authorization: 'Basic §§§' }, undefined],
  ['bare', { authorization: 'nonsense' }, 'nonsense'],
  ['x-api-key', { 'x-api-key': 'nonsense' }, 'nonsense'],
])('a wrong credential is taken for one (%s), so that it can be refused', (_form, headers, expected) => {
  expect(extract('/v1/traces', headers)).toBe(expected);
});
