import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import { expect, it } from 'vitest';
import { lastErrors } from './lastErrors.ts';

const item = (fields: Partial<IngestHealth>): IngestHealth => ({
  source: 'otlp/http',
  received: 10,
  stored: 9,
  rejected: 0,
  duplicate: 0,
  sampled: 0,
  quarantined: 0,
  refused_requests: 0,
  last_error: null,
  last_at: null,
  signals: {},
  ...fields,
});

it('tells what to do about the last error of each way in', () => {
  const found = lastErrors(
    [
      item({ last_error: 'no trace id', rejected: 1 }),
      item({ source: 'events', last_error: 'too many parts', quarantined: 1 }),
      item({ source: 'heartbeat' }),
    ],
    [],
  );
  expect(found.map(({ wayIn, message }) => [wayIn, message])).toEqual([
    ['OTLP over HTTP', 'no trace id'],
    ['Events API', 'too many parts'],
  ]);
  expect(found[0]?.advice).toContain('Correct it in the sender');
  expect(found[1]?.advice).toContain('quarantine');
});

it('does not say again what the list of the last hour says', () => {
  const items = [item({ last_error: 'no trace id', rejected: 1 })];
  expect(lastErrors(items, [{ message: 'no trace id' }])).toEqual([]);
  expect(lastErrors(items, [{ message: 'event 3: no trace id' }])).toEqual([]);
  expect(lastErrors(items, [{ message: 'no span id' }])).toHaveLength(1);
});

it('claims nothing when both happened', () => {
  expect(lastErrors([item({ last_error: 'x', rejected: 1, quarantined: 1 })], [])[0]?.advice).toContain('refused, or set aside');
});
