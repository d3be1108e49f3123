/** Rules that name an agent are kept from whoever may not see the agent: they would tell that it is there. */
import type { NewAlertRule } from '@sightglass/contract/alertRule';
import type { FieldError } from '@sightglass/contract/errors';
import { type SQL, sql } from 'drizzle-orm';
import { alertRules } from '../../control/tables/alerts.ts';

const AGENT_FIELD = 'agent_id';

/** Where `rule` names one of `agents`. */
export function agentsNamed(rule: NewAlertRule, agents: readonly string[]): FieldError[] {
  if (agents.length === 0) return [];
  const hidden = new Set<unknown>(agents);
  const message = 'there is no such agent';
  const errors = rule.filters.flatMap(({ field, value }, i): FieldError[] => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return field === AGENT_FIELD && values.some((each) => hidden.has(each)) ? [{ pointer: `/filters/${i}/value`, message }] : [];
  });
  return rule.kind === 'no_heartbeat' && hidden.has(rule.config.agent_id) ? [{ pointer: '/config/agent_id', message }, ...errors] : errors;
}

/** The condition that a rule names none of `hiddenAgents`: `agentsNamed` as SQL. */
export function namesNoneOf(hiddenAgents: readonly string[]): SQL | undefined {
  if (hiddenAgents.length === 0) return undefined;
  const hidden = sql`${sql.param([...hiddenAgents])}::text[]`;
  return sql`coalesce(${alertRules.rule}->'config'->>'agent_id', '') <> ALL(${hidden}) AND NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements(${alertRules.rule}->'filters') AS filter
    WHERE filter->>'field' = ${AGENT_FIELD} AND jsonb_exists_any(filter->'value', ${hidden}))`;
}
