import { NewAlertRuleSchema } from '@sightglass/contract/alertRule';
import { SENSITIVITY_DEFAULT } from '@sightglass/contract/anomaly';
import { BACKTEST_DAYS, type RuleProposal } from '@sightglass/contract/routes/anomalies';
import { MEASURES } from '../explore/measures/catalogue.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { UNIT_NS } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import { anomalousRuns } from './anomalousRuns.ts';
import type { AnomalyClock } from './findAnomalies.ts';
import { fullHours, type JudgedSeries, judgeSeries, type ReadSeries, readRange } from './judgeRange.ts';

/** What is worth a rule where it happens at all, the gravest first. */
const CANDIDATES = [
  'cost_usd',
  'error_rate',
  'llm_latency_ms_p95',
  'calls',
  'run_error_rate',
  'tool_error_rate',
  'request_error_rate',
  'request_latency_ms_p95',
];
/** Judged hours with something in them: a week of the last thirty days. */
const HOURS_MIN = 168;
/** Calmer sensitivities are tried until a rule would have fired at most so often. */
const FIRED_WELL = 4;
/** A rule that would have fired oftener however calm is none to propose. */
const FIRED_MAX = 8;
const CALMEST = 1;

/** The rules of the kind `anomaly` that a workspace has: what it watches needs no proposal, and a name is taken once. */
export interface KnownRules {
  measures: ReadonlySet<string>;
  names: ReadonlySet<string>;
}

/** Rules that the past of the workspace allows and that it does not have. */
export async function proposeRules(reader: TelemetryReader, { timeZone, nowNs }: AnomalyClock, known: KnownRules): Promise<Result<RuleProposal[]>> {
  const range = fullHours({ fromNs: nowNs - BigInt(BACKTEST_DAYS) * UNIT_NS.d, toNs: nowNs }, nowNs);
  if (!range.ok) return range;
  const wanted = CANDIDATES.filter((name) => !known.measures.has(name)).flatMap((name) => MEASURES.get(name) ?? []);
  const read = await readRange(reader, { measures: wanted, agents: null, range: range.value, timeZone });
  if (!read.ok) return read;
  const proposals: RuleProposal[] = [];
  for (const series of read.value) {
    const proposal = await proposalFor(series, known.names);
    if (proposal !== undefined) proposals.push(proposal);
  }
  return ok(proposals);
}

/** At the first sensitivity, from the usual one to calmer ones, at which the rule would not have fired too often. */
async function proposalFor(series: ReadSeries, names: ReadonlySet<string>): Promise<RuleProposal | undefined> {
  for (let sensitivity = SENSITIVITY_DEFAULT; sensitivity >= CALMEST; sensitivity--) {
    const judged = await judgeSeries(series, sensitivity);
    if (usedHours(judged) < HOURS_MIN) return undefined;
    const fired = anomalousRuns(judged.hours, judged.judged).length;
    if (fired <= (sensitivity === CALMEST ? FIRED_MAX : FIRED_WELL)) return proposalOf(judged, sensitivity, fired, names);
  }
  return undefined;
}

/** Hours that were judged and had something in them. */
function usedHours({ hours, judged }: JudgedSeries): number {
  return judged.filter((each, index) => each !== null && (hours[index]?.of ?? hours[index]?.value ?? 0) > 0).length;
}

function proposalOf(series: JudgedSeries, sensitivity: number, fired: number, names: ReadonlySet<string>): RuleProposal {
  const { measure } = series;
  const plain = `Unusual ${measure.title.charAt(0).toLowerCase()}${measure.title.slice(1)}`;
  let name = plain;
  for (let number = 2; names.has(name); number++) name = `${plain} ${number}`;
  const rule = NewAlertRuleSchema.parse({
    name,
    kind: 'anomaly',
    severity: 'warning',
    description: `${measure.title} of an hour lies outside of what this hour of the week lets expect.`,
    config: { measure: measure.name, sensitivity },
    check_interval_minutes: 15,
    evaluation_window_minutes: 60,
    cooldown_minutes: 60,
    no_data: 'ok',
  });
  const often = fired === 0 ? 'would not have fired' : fired === 1 ? 'would have fired once' : `would have fired ${fired} times`;
  const calm = sensitivity < SENSITIVITY_DEFAULT ? `, set to ${sensitivity} of 10 because it is unsteady,` : '';
  return {
    rule,
    would_have_fired: fired,
    days: BACKTEST_DAYS,
    reason: `${usedHours(series)} hours of the last ${BACKTEST_DAYS} days tell what is usual. The rule${calm} ${often} in them.`,
  };
}
