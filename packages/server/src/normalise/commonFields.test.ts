import { describe, expect, it } from 'vitest';
import type { AttributeValue } from './decodedSpan.ts';
import { ownTraceType, readCommonFields, type CommonFields } from './commonFields.ts';
import { decodedSpan, type SpanFields } from './testing/decodedSpan.ts';

const read = (attributes: { [key: string]: AttributeValue }, resource: { [key: string]: AttributeValue } = {}): CommonFields =>
  readCommonFields(decodedSpan({ attributes, resource: { attributes: new Map(Object.entries(resource)) } }));

const PREFIXES = [
  'metadata.',
  'langfuse.trace.metadata.',
  'ai.telemetry.metadata.',
  'traceloop.association.properties.',
  'langsmith.metadata.',
  'mastra.metadata.',
];

describe('readCommonFields', () => {
  it.each<[keyof CommonFields, string[]]>([
    ['department', ['sightglass.department', 'user.department', 'enduser.department', 'department']],
    ['userEmail', ['user.email', 'enduser.email', 'user_email']],
    ['flowId', ['sightglass.flow_id', 'flow_id', 'workflow_id', 'gen_ai.workflow.name']],
    ['queryCategory', ['sightglass.query_category', 'query_category']],
    ['sessionId', ['gen_ai.conversation.id', 'session.id', 'langfuse.session.id', 'session_id', 'sessionId']],
    ['userId', ['user.id', 'langfuse.user.id', 'enduser.id', 'user_id', 'userId']],
    ['environment', ['deployment.environment.name', 'deployment.environment']],
    ['release', ['langfuse.release', 'service.version']],
  ])('reads %s from each of its keys, the first one present wins', (field, keys) => {
    for (const key of keys) expect(read({ [key]: 'x' })[field], key).toBe('x');
    for (const [i, key] of keys.entries()) {
      const next = keys[i + 1];
      if (next !== undefined) expect(read({ [next]: 'later', [key]: 'first' })[field], key).toBe('first');
    }
  });

  it.each(PREFIXES)('reads the fields under %s in both spellings', (prefix) => {
    expect(
      read({
        [`${prefix}department`]: 'claims',
        [`${prefix}user_email`]: 'a@example.com',
        [`${prefix}flow_id`]: 'f1',
        [`${prefix}query_category`]: 'refund',
        [`${prefix}session_id`]: 's1',
        [`${prefix}user_id`]: 'u1',
        [`${prefix}environment`]: 'staging',
        [`${prefix}release`]: '1.2.3',
      }),
    ).toEqual({
      department: 'claims',
      userEmail: 'a@example.com',
      flowId: 'f1',
      queryCategory: 'refund',
      sessionId: 's1',
      userId: 'u1',
      environment: 'staging',
      release: '1.2.3',
    });
    expect(
      read({
        [`${prefix}userEmail`]: 'a',
        [`${prefix}flowId`]: 'b',
        [`${prefix}queryCategory`]: 'c',
        [`${prefix}threadId`]: 'd',
        [`${prefix}userId`]: 'e',
      }),
    ).toEqual({ userEmail: 'a', flowId: 'b', queryCategory: 'c', sessionId: 'd', userId: 'e' });
  });

  it('reads metadata that is one JSON text, and survives what is none', () => {
    expect(read({ metadata: '{"department":"claims","userId":7,"tenant":"t"}' })).toEqual({ department: 'claims', userId: '7' });
    expect(read({ metadata: { department: 'claims' } })).toEqual({ department: 'claims' });
    for (const metadata of ['{"department":', '[1]', 'claims', '']) expect(read({ metadata })).toEqual({});
  });

  it('falls back to the resource, and prefers the span', () => {
    const resource = { department: 'ops', 'deployment.environment': 'old', 'deployment.environment.name': 'prod', 'service.version': '2' };
    expect(read({}, resource)).toEqual({ department: 'ops', environment: 'prod', release: '2' });
    expect(read({ department: 'claims' }, resource).department).toBe('claims');
    const shared = { attributes: new Map(Object.entries(resource)) };
    const spans = [decodedSpan({ resource: shared, attributes: { department: 'a' } }), decodedSpan({ resource: shared })];
    expect(spans.map((span) => readCommonFields(span).department)).toEqual(['a', 'ops']);
  });

  it('takes neither empty texts nor lists, nor a bare thread id or environment', () => {
    expect(read({ department: '', user_id: ['a'], thread_id: '12', 'thread.id': 5, environment: 'x', release: 'y' })).toEqual({});
  });
});

describe('ownTraceType', () => {
  it.each<[string, SpanFields, string | undefined, string | undefined]>([
    ['what the span says', { attributes: {} }, 'background_job', 'background_job'],
    ['an unknown type is none', { attributes: {} }, 'nonsense', undefined],
    ['a root http server span', { otelKind: 2, attributes: { 'http.request.method': 'GET' } }, undefined, 'http_request'],
    ['an inner http server span', { otelKind: 2, parentSpanId: '1'.repeat(16), attributes: { 'http.request.method': 'GET' } }, undefined, undefined],
    ['a WebSocket', { attributes: { 'network.protocol.name': 'WebSocket' } }, undefined, 'websocket_message'],
    ['a WebSocket message', { attributes: { 'sightglass.ws.message_type': 'chat' } }, undefined, 'websocket_message'],
    ['anything else', { attributes: { 'gen_ai.operation.name': 'chat' } }, undefined, undefined],
  ])('%s', (_what, span, said, type) => {
    expect(ownTraceType(decodedSpan(span), said)).toBe(type);
  });
});
