import { describe, expect, it } from 'vitest';
import { matchToolRuns } from './toolRuns.ts';

describe('matchToolRuns', () => {
  it('gives each call the next run of its name that began after it was asked for', () => {
    const matched = matchToolRuns(
      [
        { name: 'look', askedAtMs: 0 },
        { name: 'refund', askedAtMs: 0 },
        { name: 'look', askedAtMs: 50 },
      ],
      [
        { node: 7, name: 'look', startMs: 60 },
        { node: 5, name: 'look', startMs: 10 },
        { node: 6, name: 'refund', startMs: 10 },
      ],
    );
    expect(matched.runs.map((run) => run?.node)).toEqual([5, 6, 7]);
    expect(matched.unasked).toEqual([]);
  });

  it('leaves calls without runs and runs without calls', () => {
    const matched = matchToolRuns(
      [{ name: 'look', askedAtMs: 20 }],
      [
        { node: 1, name: 'look', startMs: 10 },
        { node: 2, name: 'other', startMs: 30 },
      ],
    );
    expect(matched.runs).toEqual([null]);
    expect(matched.unasked.map((run) => run.node)).toEqual([1, 2]);
  });
});
