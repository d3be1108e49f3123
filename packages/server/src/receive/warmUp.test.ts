import { expect, it } from 'vitest';
import type { Processed, TelemetryRequest } from './pipeline.ts';
import { createPipelines } from './pipelines.ts';
import { warmUp } from './warmUp.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');

it('goes the whole way of a trace request, of which everything is taken', async () => {
  const { traces } = createPipelines(() => ({ costPicoUsd: null, costSource: null, priceId: null }));
  const seen: Processed[] = [];
  await warmUp(
    (request: TelemetryRequest) => {
      const processed = traces(request);
      seen.push(processed);
      return processed;
    },
    NOW_MS,
    () => seen.length < 2,
  );
  expect(seen).toHaveLength(2);
  expect(seen[0]).toMatchObject({ accepted: 256, rejected: 0, faults: [], content: { rows: 256 } });
});

it('does nothing once there is real work', async () => {
  let asked = 0;
  await warmUp(
    () => {
      asked += 1;
      throw new Error('not called');
    },
    NOW_MS,
    () => false,
  );
  expect(asked).toBe(0);
});
