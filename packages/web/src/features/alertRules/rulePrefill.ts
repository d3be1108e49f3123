/** What a link to the form says already. */
import type { CallSet, Operator, Severity } from '@sightglass/contract/alertRule';
import type { SearchText } from '../../routing/searchText.ts';
import { splitValues } from '../../filters/facets.ts';
import { readNumber } from './ruleBody.ts';
import { EMPTY_RULE, newFilter, type RuleDraft, typedThreshold, type UnitOf } from './ruleDraft.ts';
import { CALL_SET_WORDS, KINDS, OPERATOR_WORDS, SEVERITY_WORDS } from './ruleWords.ts';

const GROUPS_MAX = 3;

/**
 * A new rule with what the URL says of it, in the units of the API: `kind measure of threshold operator sensitivity
 * agent_id group_by window severity query minutes`. What cannot be read falls back to what a new rule has.
 */
export function prefilledRule(search: SearchText, unitOf: UnitOf): RuleDraft {
  const kind = KINDS.find((name) => name === search.kind) ?? (search.measure === undefined ? EMPTY_RULE.kind : 'metric_threshold');
  const measure = search.measure ?? '';
  const draft: RuleDraft = {
    ...EMPTY_RULE,
    kind,
    measure,
    of: nameIn<CallSet>(CALL_SET_WORDS, search.of) ?? EMPTY_RULE.of,
    operator: nameIn<Operator>(OPERATOR_WORDS, search.operator) ?? EMPTY_RULE.operator,
    severity: nameIn<Severity>(SEVERITY_WORDS, search.severity) ?? EMPTY_RULE.severity,
    groupBy: [...new Set(splitValues(search.group_by))].slice(0, GROUPS_MAX),
    query: search.query ?? '',
    provider: search.provider ?? '',
    cache: search.cache ?? '',
    name: search.name ?? '',
    ...number('sensitivity', search.sensitivity),
    ...number('windowMinutes', search.window),
    ...number('silenceMinutes', search.minutes),
  };
  const threshold = readNumber(search.threshold ?? '');
  return { ...draft, ...(threshold === undefined ? {} : thresholds(draft, threshold, unitOf)), ...agent(draft, search.agent_id) };
}

function thresholds({ kind, measure }: RuleDraft, threshold: number, unitOf: UnitOf): Partial<RuleDraft> {
  switch (kind) {
    case 'cost_per_day':
    case 'cost_threshold':
      return { thresholdUsd: String(threshold) };
    case 'error_rate':
      return { ratePercent: typedThreshold(threshold, 'ratio') };
    case 'error_count':
      return { errorCount: String(threshold) };
    case 'latency':
      return { latency: String(threshold) };
    default:
      return { threshold: typedThreshold(threshold, unitOf(measure)) };
  }
}

const agent = ({ kind }: RuleDraft, agentId: string | undefined): Partial<RuleDraft> =>
  agentId === undefined ? {} : kind === 'no_heartbeat' ? { agentId } : { filters: [newFilter('agent_id', agentId)] };

const number = (name: 'sensitivity' | 'windowMinutes' | 'silenceMinutes', text: string | undefined): Partial<RuleDraft> =>
  text === undefined || readNumber(text) === undefined ? {} : { [name]: text };

const nameIn = <N extends string>(words: Readonly<Record<N, unknown>>, text: string | undefined): N | undefined =>
  text !== undefined && Object.hasOwn(words, text) ? (text as N) : undefined;
