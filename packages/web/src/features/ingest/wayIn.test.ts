import { expect, it } from 'vitest';
import { inFixedOrder, wayInLabel } from './wayIn.ts';

it('rows keep their place whichever way is the busiest', () => {
  const busiest = ['heartbeat', 'zzz', 'events', 'otlp/http', 'aaa'].map((source) => ({ source }));
  expect(inFixedOrder(busiest).map(({ source }) => source)).toEqual(['otlp/http', 'events', 'heartbeat', 'aaa', 'zzz']);
});

it('a way in that is not known keeps its name', () => {
  expect(wayInLabel('otlp/grpc')).toBe('OTLP over gRPC');
  expect(wayInLabel('pigeon/post')).toBe('pigeon/post');
});
