/** Whether what a rule names is there and fits, before it is kept. Pure; the text of SQL rules is checked by `sqlGuard/`. */
import type { NewAlertRule } from '@sightglass/contract/alertRule';
import type { FieldError } from '@sightglass/contract/errors';
import { compileQuery } from '../../explore/compileQuery.ts';
import { MEASURES } from '../../explore/measures/catalogue.ts';
import { type Condition, conditionOf } from './condition.ts';

/** Fields by which a rule about silence can be narrowed. */
export const SILENCE_FIELDS = ['agent_id', 'department', 'owner'] as const;

/** JSON pointers into the rule. */
export function checkCondition(rule: NewAlertRule): FieldError[] {
  const condition = conditionOf(rule);
  switch (condition.type) {
    case 'measure':
    case 'anomaly':
      return [...checkMeasure(condition), ...checkQuestion(condition, rule)];
    case 'silence':
      return [
        ...refuseGroups(rule, 'is watched for each agent anyway'),
        ...condition.filters.flatMap(({ field, op, value }, i) => {
          if (!(SILENCE_FIELDS as readonly string[]).includes(field))
            return [at(`/filters/${i}/field`, `must be one of ${SILENCE_FIELDS.join(', ')}`)];
          if (op !== '=' && op !== '!=' && op !== 'in' && op !== 'not_in') return [at(`/filters/${i}/op`, 'must be =, !=, in or not_in')];
          const isList = op === 'in' || op === 'not_in';
          return Array.isArray(value) === isList && value !== undefined
            ? []
            : [at(`/filters/${i}/value`, isList ? 'must be a list' : 'must be a text')];
        }),
      ];
    case 'sql':
    case 'budget':
      return [
        ...refuseGroups(rule, condition.type === 'sql' ? 'groups are the rows that the query answers' : 'a budget says itself what it is of'),
        ...rule.filters.map((_, i) =>
          at(`/filters/${i}`, condition.type === 'sql' ? 'conditions belong into the query' : 'a budget says itself what it is of'),
        ),
      ];
  }
}

const at = (pointer: string, message: string): FieldError => ({ pointer, message });
const refuseGroups = ({ group_by }: NewAlertRule, why: string) => group_by.map((_, i) => at(`/group_by/${i}`, why));

function checkMeasure({ measure }: { measure: string }): FieldError[] {
  const type = MEASURES.get(measure)?.type;
  return type === 'string' || type === 'time' ? [at('/config/measure', `${measure} is no number`)] : [];
}

function checkQuestion(condition: Extract<Condition, { type: 'measure' | 'anomaly' }>, rule: NewAlertRule): FieldError[] {
  const { source, measure, groupBy, filters } = condition;
  const spec = { source, measures: [measure], group_by: [...groupBy], filters: [...filters], time_zone: 'UTC', limit: 1 };
  const compiled = compileQuery(spec, { fromNs: 0n, toNs: 1n });
  if (compiled.ok) return [];
  // What the kind adds by itself stands first among the groups and last among the filters.
  const added = groupBy.length - rule.group_by.length;
  return (compiled.error.errors ?? []).map(({ pointer, message }) => {
    if (pointer.startsWith('/measures')) return at('/config/measure', message);
    const group = /^\/group_by\/(\d+)(.*)$/.exec(pointer);
    return group === null ? at(pointer, message) : at(`/group_by/${Math.max(0, Number(group[1]) - added)}${group[2]}`, message);
  });
}
