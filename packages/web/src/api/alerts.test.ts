import { describe, expect, it } from 'vitest';
import { type AlertFilters, questionsOf } from './alerts.ts';

const asked = (filters: AlertFilters) => questionsOf(filters).map(({ status, severity }) => `${status} ${severity ?? 'any'}`);

describe('alerts are asked for', () => {
  it('with what nobody looks after first, the gravest of it first, and the history last', () => {
    expect(asked({})).toEqual([
      'active critical',
      'active warning',
      'active info',
      'acknowledged critical',
      'acknowledged warning',
      'acknowledged info',
      'resolved any',
    ]);
  });

  it('by what is chosen alone', () => {
    expect(asked({ status: 'resolved' })).toEqual(['resolved any']);
    expect(asked({ status: 'acknowledged,active', severity: 'info,critical' })).toEqual([
      'active critical',
      'active info',
      'acknowledged critical',
      'acknowledged info',
    ]);
    expect(questionsOf({ status: 'resolved', severity: 'info', q: 'late' })).toEqual([{ status: 'resolved', severity: 'info', q: 'late' }]);
  });
});
