import type { MeasureDefinition } from './measure.ts';
import { LEAST } from './rollup.ts';

const SHARED = { source: 'agent_health', unit: 'score', type: 'number', better: 'higher', empty: null } as const;

/** How healthy agents were, from the scores of full hours; see `docs/health-score.md`. */
export const HEALTH_MEASURES: readonly MeasureDefinition[] = [
  {
    ...SHARED,
    name: 'health_score',
    title: 'Health score',
    description: 'Arithmetic mean of the hourly scores of agents, 0 to 100',
    sql: 'avgOrNull(score)',
    rollup: { kind: 'ratio', of: { sql: 'sum(score)' }, by: { sql: 'count()' } },
  },
  {
    ...SHARED,
    name: 'health_score_min',
    title: 'Health score, least',
    description: 'The least hourly score of any agent, 0 to 100',
    sql: 'minOrNull(score)',
    rollup: LEAST,
  },
];
