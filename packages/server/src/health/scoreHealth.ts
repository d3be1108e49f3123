/**
 * The health of an agent as one number. Pure: everything that it is judged by is handed in. What an agent loses for each component,
 * and the worked example, stand in docs/health-score.md.
 */
import { HEALTH_COMPONENT_POINTS, HEALTH_COMPONENTS, type Health, type HealthComponent, type HealthComponentName } from '@sightglass/contract/health';
import type { AgentStatus } from '@sightglass/contract/agent';
import { SEVERITIES, type Severity } from '@sightglass/contract/alertRule';
import { countWords, dateWords, durationWords, moneyWords, riseWords, shareWords } from './healthWords.ts';

/** Runs, or calls, that have ended. */
export interface Outcomes {
  finished: number;
  failed: number;
}

/** What is measured now, beside what is usual in the same hours. */
export interface Comparison<Value> {
  now: Value;
  /** Null while there are too few earlier days. */
  usual: Value | null;
  /** The first of the days, up to now, on which it was nearer to now than to usual (`2026-11-17`); null when it is not apart. */
  since: string | null;
}

/** Alerts about the agent that nobody has resolved, silenced ones included: what they tell of is the case all the same. */
export type OpenAlerts = Readonly<Record<Severity, number>>;
export const NO_OPEN_ALERTS: OpenAlerts = { critical: 0, warning: 0, info: 0 };

/** A fact that is absent, or null, is not judged. */
export interface HealthFacts {
  windowHours: number | null;
  runs: Outcomes;
  calls: Outcomes;
  latencyMsP95: Comparison<number> | null;
  costPico: Comparison<bigint> | null;
  /** `unknown` where it sends no heartbeats, then without times. */
  heartbeat: { status: AgentStatus; lastAgoMs: number | null; intervalMs: number | null };
  /** How often a guardrail stopped or flagged something. */
  guardrailHits: number;
  openAlerts?: OpenAlerts;
  /** The budget that is used up most: 1 is all of it. */
  budget?: { name: string; used: number };
}

/** Put beside what was seen as successes, so that one failure of one run is no verdict. */
const BENEFIT_OF_DOUBT = 4;
/** From this share of failures on all points of the success rate are lost. */
const FAILURES_MAX = 0.3;
/** A rise up to so many times the usual is none. */
const LATENCY_TOLERANCE = 1.25;
const LATENCY_POINTS_PER_USUAL = 16;
const COST_TOLERANCE = 1.5;
const COST_POINTS_PER_USUAL = 8;
/** A rise by less is not worth a word. */
const COST_RISE_PICO_MIN = 100_000_000_000n; // $0.10
const BUDGET_NEAR = 0.8;
const HEARTBEAT_POINTS: Readonly<Record<AgentStatus, number>> = { healthy: 0, unknown: 0, degraded: 25, silent: 40, unhealthy: 60 };
/** Who has not been heard of for longer, and does nothing, is not there to be judged. */
const HEARD_MS_MAX = 24 * 3_600_000;
const GUARDRAIL_SHARE_MAX = 0.1;
const POINTS_PER_ALERT: OpenAlerts = { critical: 20, warning: 10, info: 3 };

type Judged = { points: number; reason: string } | null;

/** `score` is null when nothing was called or run and no heartbeat tells that the agent is there. Points are whole. */
export function scoreHealth(facts: HealthFacts): Pick<Health, 'score' | 'components'> {
  const { runs, calls, heartbeat } = facts;
  const isHeard = heartbeat.lastAgoMs !== null && heartbeat.lastAgoMs <= HEARD_MS_MAX;
  if (runs.finished === 0 && calls.finished === 0 && !isHeard) return { score: null, components: [] };
  const components = HEALTH_COMPONENTS.flatMap((name): HealthComponent[] => {
    const judged = JUDGES[name](facts);
    return judged === null ? [] : [{ name, points_lost: Math.round(Math.min(judged.points, HEALTH_COMPONENT_POINTS[name])), reason: judged.reason }];
  });
  const lost = components.reduce((sum, { points_lost }) => sum + points_lost, 0);
  return { score: Math.max(0, 100 - lost), components };
}

const JUDGES: Readonly<Record<HealthComponentName, (facts: HealthFacts) => Judged>> = {
  success_rate: ({ runs, calls }) => {
    if (runs.finished === 0 && calls.finished === 0) return null;
    const [of, worst] = failureShare(runs) >= failureShare(calls) && runs.finished > 0 ? (['run', runs] as const) : (['call', calls] as const);
    const points = (HEALTH_COMPONENT_POINTS.success_rate * Math.min(failureShare(worst), FAILURES_MAX)) / FAILURES_MAX;
    if (worst.failed > 0) {
      const share = shareWords(worst.failed / worst.finished);
      return { points, reason: `${countWords(worst.failed)} of ${countWords(worst.finished, of)} failed (${share})` };
    }
    const all = [runs.finished > 0 ? countWords(runs.finished, 'run') : '', calls.finished > 0 ? countWords(calls.finished, 'call') : ''];
    return { points, reason: `None of ${all.filter((words) => words !== '').join(' and ')} failed` };
  },

  latency: ({ latencyMsP95 }) => {
    if (latencyMsP95 === null) return null;
    const { now, usual, since } = latencyMsP95;
    if (usual === null || usual <= 0) return { points: 0, reason: `p95 latency ${durationWords(now)}; too few earlier days to compare with` };
    const ratio = now / usual;
    if (ratio <= LATENCY_TOLERANCE) return { points: 0, reason: `p95 latency ${durationWords(now)}, usually ${durationWords(usual)}` };
    const points = LATENCY_POINTS_PER_USUAL * (ratio - LATENCY_TOLERANCE);
    return { points, reason: `p95 latency ${riseWords(ratio)}${sinceWords(since)}: ${durationWords(now)}, usually ${durationWords(usual)}` };
  },

  cost: (facts) => {
    const [rise, budget] = [judgeCostRise(facts), judgeBudget(facts)];
    if (rise === null || budget === null) return rise ?? budget;
    return budget.points > rise.points ? budget : rise;
  },

  heartbeat: ({ heartbeat: { status, lastAgoMs, intervalMs } }) => {
    if (status === 'unknown') return null;
    const rhythm = intervalMs === null ? '' : `, usually every ${durationWords(intervalMs)}`;
    const last = lastAgoMs === null ? '' : `last heartbeat ${durationWords(lastAgoMs)} ago${rhythm}`;
    const reasons = {
      healthy: `It says that it is healthy: ${last}`,
      degraded: `It says that it is degraded: ${last}`,
      unhealthy: `It says that it is unhealthy: ${last}`,
      silent: `It is silent: ${last}`,
    };
    return { points: HEARTBEAT_POINTS[status], reason: reasons[status] };
  },

  guardrails: ({ guardrailHits, runs, calls }) => {
    const [of, { finished, failed }] = runs.finished > 0 ? (['run', runs] as const) : (['call', calls] as const);
    if (finished === 0 && guardrailHits === 0) return null;
    // Of those that did not fail: another failure must not make hits rarer.
    const share = guardrailHits / (finished - failed + BENEFIT_OF_DOUBT);
    const points = (HEALTH_COMPONENT_POINTS.guardrails * Math.min(share, GUARDRAIL_SHARE_MAX)) / GUARDRAIL_SHARE_MAX;
    if (guardrailHits === 0) return { points: 0, reason: `No guardrail was hit in ${countWords(finished, of)}` };
    return { points, reason: `${countWords(guardrailHits, 'guardrail hit')} in ${countWords(finished, of)}` };
  },

  alerts: ({ openAlerts }) => {
    if (openAlerts === undefined) return null;
    const gravestFirst = SEVERITIES.toReversed().filter((severity) => openAlerts[severity] > 0);
    if (gravestFirst.length === 0) return { points: 0, reason: 'No alert is open' };
    const points = gravestFirst.reduce((sum, severity) => sum + POINTS_PER_ALERT[severity] * openAlerts[severity], 0);
    return { points, reason: `Open alerts: ${gravestFirst.map((severity) => `${countWords(openAlerts[severity])} ${severity}`).join(', ')}` };
  },
};

const failureShare = ({ finished, failed }: Outcomes) => failed / (finished + BENEFIT_OF_DOUBT);

function judgeCostRise({ costPico, windowHours }: HealthFacts): Judged {
  if (costPico === null) return null;
  const { now, usual, since } = costPico;
  const spent = `${moneyWords(now)} in ${windowHours ?? 0} hours`;
  if (usual === null || usual <= 0n) return { points: 0, reason: `Cost ${spent}; nothing usual to compare with` };
  const ratio = Number(now) / Number(usual);
  if (ratio <= COST_TOLERANCE || now - usual < COST_RISE_PICO_MIN) return { points: 0, reason: `Cost ${spent}, usually ${moneyWords(usual)}` };
  return {
    points: COST_POINTS_PER_USUAL * (ratio - COST_TOLERANCE),
    reason: `Cost ${riseWords(ratio)}${sinceWords(since)}: ${spent}, usually ${moneyWords(usual)}`,
  };
}

function judgeBudget({ budget }: HealthFacts): Judged {
  if (budget === undefined) return null;
  const over = Math.max(0, (budget.used - BUDGET_NEAR) / (1 - BUDGET_NEAR));
  return { points: HEALTH_COMPONENT_POINTS.cost * Math.min(1, over), reason: `${shareWords(budget.used)} of the budget ${budget.name} is used up` };
}

const sinceWords = (since: string | null) => (since === null ? '' : ` since ${dateWords(since)}`);
