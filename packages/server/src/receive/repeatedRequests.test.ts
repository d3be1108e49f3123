import { expect, it } from 'vitest';
import type { Processed, TelemetryRequest } from './pipeline.ts';
import { createRepeatedRequests } from './repeatedRequests.ts';

const request = {
  signal: 'traces',
  workspaceId: 'wsp_a',
  contentType: 'json',
  encoding: 'identity',
  body: Buffer.from('{}'),
} as unknown as TelemetryRequest;
const processed: Processed = {
  content: undefined,
  committed: () => undefined,
  accepted: 5,
  copies: 2,
  duplicates: 1,
  rejected: 3,
  rejectedWhy: 'why',
  faults: [],
};

it('a request sent again comes to as many items as the first time, none of them new', () => {
  const repeated = createRepeatedRequests();
  const fingerprint = repeated.fingerprintOf(request) as string;
  expect(repeated.find(fingerprint)).toBeUndefined();
  repeated.remember(fingerprint, processed);
  expect(repeated.find(fingerprint)).toMatchObject({ accepted: 0, duplicates: 4, rejected: 3, rejectedWhy: 'why' });
  expect(repeated.fingerprintOf({ ...request, workspaceId: 'wsp_b' })).not.toBe(fingerprint);
});

it('of which the same bytes may be other items is not remembered', () => {
  const repeated = createRepeatedRequests();
  const fingerprint = repeated.fingerprintOf(request) as string;
  repeated.remember(fingerprint, { ...processed, sameWhenRepeated: false });
  expect(repeated.find(fingerprint)).toBeUndefined();
});
