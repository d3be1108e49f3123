import { describe, expect, it } from 'vitest';
import { exportAnswer } from './answer.ts';

describe('a partial success', () => {
  it.each([
    ['traces', 'rejectedSpans'],
    ['logs', 'rejectedLogRecords'],
    ['metrics', 'rejectedDataPoints'],
  ] as const)('of %s counts %s as text in JSON, as OTLP writes 64-bit numbers', (signal, field) => {
    const { status, headers, body } = exportAnswer('json', signal, 2, 'why');
    expect([status, headers['content-type'], JSON.parse(String(body))]).toEqual([
      200,
      'application/json',
      { partialSuccess: { [field]: '2', errorMessage: 'why' } },
    ]);
  });

  it('is left out when nothing was refused', () => {
    expect(exportAnswer('json', 'metrics', 0, '').body).toBe('{}');
    expect(exportAnswer('protobuf', 'metrics', 0, '').body).toHaveLength(0);
  });
});
