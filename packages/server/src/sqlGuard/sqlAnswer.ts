/** The answer of an SQL rule: one number, or one row a group. */
import { GROUPS_OF_RULE_MAX } from '@sightglass/contract/alertRule';
import { fail, ok, type Result } from '../result.ts';
import type { SqlColumn } from './checkSql.ts';

export interface LabelledValue {
  /** By the name of the column; '' where it is NULL. */
  labels: Readonly<Record<string, string>>;
  /** Null: there is no data. */
  value: number | null;
}

const NUMBER = /^(?:U?Int\d+|Float\d+|BFloat16|Decimal\d*(?:\(.*\))?|Bool)$/;

/** The type without what only says how it is kept: `LowCardinality(Nullable(String))` → `String`. */
function plainType(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : plainType(inner);
}

/** Which column is the number. An answer has exactly one; all others are labels. */
export function valueColumn(columns: readonly SqlColumn[]): Result<number> {
  const numbers = columns.flatMap(({ type }, i) => (NUMBER.test(plainType(type)) ? [i] : []));
  const [only] = numbers;
  if (only !== undefined && numbers.length === 1) return ok(only);
  const names = numbers.map((i) => columns[i]?.name).join(', ');
  return refused(
    only === undefined
      ? 'it answers no number: exactly one column must be a number, such as count()'
      : `it answers ${numbers.length} numbers (${names}): exactly one column may be a number, turn the others into texts with toString()`,
  );
}

/** Wrong shapes are `not-compilable` for the field `/query`. No row is no data: an empty list. */
export function readSqlAnswer(columns: readonly SqlColumn[], rows: readonly (readonly unknown[])[]): Result<LabelledValue[]> {
  const found = valueColumn(columns);
  if (!found.ok) return found;
  if (rows.length > GROUPS_OF_RULE_MAX) return refused(`it answers more than ${GROUPS_OF_RULE_MAX} rows: group by less, or add a LIMIT`);
  if (columns.length === 1 && rows.length > 1)
    return refused('it answers several numbers with nothing to tell them apart: add a column for the groups');
  const answers = rows.map((row) => ({
    labels: Object.fromEntries(columns.flatMap(({ name }, i) => (i === found.value ? [] : [[name, labelOf(row[i])]]))),
    value: numberOf(row[found.value]),
  }));
  const groups = new Set(answers.map(({ labels }) => JSON.stringify(labels)));
  if (groups.size < answers.length) return refused('it answers several rows with the same labels: group by every column that is not the number');
  return ok(answers);
}

const refused = (message: string) => fail('not-compilable', `The SQL does not fit a rule: ${message}.`, [{ pointer: '/query', message }]);

const labelOf = (value: unknown): string => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

function numberOf(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
