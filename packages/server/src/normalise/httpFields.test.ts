import { describe, expect, it } from 'vitest';
import { foldedPath, isHttpServerSpan, readHttpServerFields } from './httpFields.ts';
import { decodedSpan, type SpanFields } from './testing/decodedSpan.ts';

describe('foldedPath', () => {
  it.each([
    ['/orders/A-1042', '/orders/:id'],
    ['/orders/1042?full=1#top', '/orders/:id'],
    ['https://shop.example:8443/users/550e8400-e29b-41d4-a716-446655440000/cart', '/users/:id/cart'],
    ['/files/9f86d081884c7d65', '/files/:id'],
    ['/users/user_77/posts/12', '/users/:id/posts/:id'],
    ['/invoices/INV20391', '/invoices/:id'],
    ['/t/01HZX5N9J3Q2W8V7K6M4', '/t/:id'],
    ['/api/v1/oauth2/token', '/api/v1/oauth2/token'],
    ['/media/mp3', '/media/mp3'],
    ['/api/chat', '/api/chat'],
    ['', '/'],
    ['/', '/'],
    ['?a=1', '/'],
    ['https://shop.example', '/'],
  ])('%s is %s', (path, folded) => {
    expect(foldedPath(path)).toBe(folded);
  });

  it('is bounded, whatever is asked for', () => {
    expect(foldedPath(`/${'a'.repeat(100_000)}`).length).toBeLessThanOrEqual(300);
    expect(foldedPath('/1'.repeat(100_000)).length).toBeLessThanOrEqual(300);
  });
});

describe('readHttpServerFields', () => {
  it('prefers the route, and reads both generations of names', () => {
    expect(
      readHttpServerFields(
        new Map<string, string | number>([
          ['http.method', 'get'],
          ['http.target', '/orders/7'],
          ['http.route', '/orders/:orderId'],
          ['http.status_code', '201'],
        ]),
      ),
    ).toEqual({ endpoint: '/orders/:orderId', method: 'GET', statusCode: 201 });
    expect(
      readHttpServerFields(
        new Map<string, string | number>([
          ['http.request.method', 'POST'],
          ['url.path', '/orders/7'],
          ['http.response.status_code', 99_999],
        ]),
      ),
    ).toEqual({ endpoint: '/orders/:id', method: 'POST', statusCode: undefined });
  });
});

describe('isHttpServerSpan', () => {
  it.each<[string, SpanFields, boolean]>([
    ['kind server with a method', { otelKind: 2, attributes: { 'http.method': 'GET' } }, true],
    ['kind client', { otelKind: 3, attributes: { 'http.method': 'GET', 'http.route': '/a' } }, false],
    ['kind server of another protocol', { otelKind: 2, attributes: { 'rpc.system': 'grpc' } }, false],
    ['hand-made, internal, with its own path', { otelKind: 1, attributes: { 'http.request.method': 'POST', 'url.path': '/api/chat' } }, true],
    ['internal with a foreign url', { otelKind: 1, attributes: { 'http.request.method': 'GET', 'url.full': 'https://x/y' } }, false],
    ['middleware with a route only', { otelKind: 1, attributes: { 'http.route': '/orders/:id' } }, false],
  ])('%s: %s', (_what, span, answer) => {
    expect(isHttpServerSpan(decodedSpan(span))).toBe(answer);
  });
});
