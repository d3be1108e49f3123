import { describe, expect, it } from 'vitest';
import { findPrice, groupOf, PICO, sampleOf } from '../testing/callGroups.ts';
import { adviseOnCheaperModel, type CandidateModel, COMPARED_CALLS_MIN, INPUT_RATIO_MAX, PRICED_AGAIN_MIN } from './cheaperModel.ts';

const KEPT = 10n * PICO;
const candidate = (fields: Partial<CandidateModel> = {}): CandidateModel => ({ ...groupOf({ model: 'cheap' }), usedBy: 'agent', ...fields });
const outOf = (size: number, successes: number) => ({ size, successes });
function judge(other: Partial<CandidateModel>, group: Parameters<typeof groupOf>[0] = {}, sampled = PRICED_AGAIN_MIN) {
  const answer = adviseOnCheaperModel(groupOf(group), [candidate(other)], KEPT, sampleOf(sampled), findPrice);
  return answer === null ? null : 'finding' in answer ? answer.finding.saving?.picoUsd : 'missing';
}

describe('a cheaper model', () => {
  it('at a tenth of the price saves nine tenths, to the last digit', () => {
    expect(judge({})).toBe((KEPT * 9n) / 10n);
  });

  it.each([
    ['has been called too little', { answered: outOf(COMPARED_CALLS_MIN - 1, COMPARED_CALLS_MIN - 1) }, 'missing'],
    ['has been called enough', { answered: outOf(COMPARED_CALLS_MIN, COMPARED_CALLS_MIN) }, 9n * PICO],
    ['fails within the margin', { answered: outOf(1_000, 990) }, 9n * PICO],
    ['may fail beyond the margin', { answered: outOf(1_000, 985) }, null],
    ['stands in traces that fail', { untroubled: outOf(1_000, 900) }, null],
    ['was given inputs a fourth as large', { inputTokensMedian: 1_000 / INPUT_RATIO_MAX }, null],
    ['was given inputs a little larger', { inputTokensMedian: 1_000 / INPUT_RATIO_MAX + 1 }, 9n * PICO],
    ['tells no tokens', { inputTokensMedian: null }, null],
    ['is given tools, and this one not', { callsWithTools: 251 }, null],
    ['is given tools now and then', { callsWithTools: 250 }, 9n * PICO],
    ['is of another kind', { kind: 'embedding' as const }, null],
    ['is the same model', { model: 'dear' }, null],
    ['has no price', { model: 'unheard-of' }, null],
    ['is priced at $0, which says nothing of what it costs to run', { model: 'gratis' }, null],
  ])('that %s', (_, other, expected) => {
    expect(judge(other)).toBe(expected);
  });

  it('is not recommended to an agent of few calls, nor from few that can be priced', () => {
    expect(judge({}, { answered: outOf(COMPARED_CALLS_MIN - 1, COMPARED_CALLS_MIN - 1) })).toBe('missing');
    expect(judge({}, {}, PRICED_AGAIN_MIN - 1)).toBe('missing');
  });

  it('is the one that saves most', () => {
    const others = [candidate({ model: 'uncached' }), candidate(), candidate({ model: 'written' })];
    const answer = adviseOnCheaperModel(groupOf(), others, KEPT, sampleOf(60), findPrice);
    expect(answer).toMatchObject({ finding: { title: 'bot could use cheap instead of dear' } });
  });
});
