import type { LearnedSeries } from './learnSeries.ts';
import type { ForecastAccuracy } from '@sightglass/contract/routes/costForecast';

/** What the finished days say of one workspace, agent or model. */
export interface SeriesHistory {
  name: string | null;
  learned: LearnedSeries;
  /** Exact, the finished days of this month, oldest first. */
  monthPico: readonly bigint[];
  previousMonthPico: bigint;
  /** Of the finished days of this month. */
  unpricedCalls: number;
}

export interface CostHistory {
  workspace: SeriesHistory;
  agents: readonly SeriesHistory[];
  models: readonly SeriesHistory[];
  accuracy: ForecastAccuracy;
}

export interface KnownHistories {
  find(key: string, version: string): CostHistory | undefined;
  /** Only for what was read when nothing was being written. */
  keep(key: string, version: string, history: CostHistory): void;
}

/** The history of 100 agents and 100 models takes about 0.6 MB. */
const HISTORIES_MAX = 64;

/** Remembers what finished days taught for as long as nothing more is written for them: reading 18 weeks and learning from them is slow. */
export function createKnownHistories(): KnownHistories {
  const histories = new Map<string, { version: string; history: CostHistory }>();
  return {
    find: (key, version) => {
      const known = histories.get(key);
      return known?.version === version ? known.history : undefined;
    },
    keep: (key, version, history) => {
      histories.delete(key);
      histories.set(key, { version, history });
      const [oldest] = histories.keys();
      if (histories.size > HISTORIES_MAX && oldest !== undefined) histories.delete(oldest);
    },
  };
}
