/** What a rule becomes when people change some of it. Pure. */
import { type NewAlertRule, NewAlertRuleSchema, RULE_BASE } from '@sightglass/contract/alertRule';
import type { FieldError } from '@sightglass/contract/errors';
import { fieldErrors, jsonPointer } from '../../fieldErrors.ts';
import { fail, ok, type Result } from '../../result.ts';

type Changes = Readonly<Record<string, unknown>>;

const FIELDS: ReadonlySet<string> = new Set([...Object.keys(RULE_BASE), 'kind', 'config']);
/** Of these each key is changed by itself. */
const MERGED_BY_KEY: ReadonlySet<string> = new Set(['config', 'tags']);
/** Of the others every field has a value, so null is none of its values and is refused. */
const MAY_BE_ABSENT: ReadonlySet<string> = new Set(['source']);

/** `changes` over `before`, checked like a new rule; what is wrong is named by pointers into the rule. */
export function mergeRule(before: NewAlertRule, changes: Changes): Result<NewAlertRule> {
  const refused = refusedFields(before, changes);
  if (refused.length > 0) return invalid(refused);
  const merged = new Map<string, unknown>(Object.entries(before));
  for (const [field, value] of Object.entries(changes)) {
    if (value === null && MAY_BE_ABSENT.has(field)) merged.delete(field);
    else merged.set(field, MERGED_BY_KEY.has(field) ? mergeKeys(merged.get(field), value) : value);
  }
  return readRule(Object.fromEntries(merged));
}

/** A rule as it may be kept. */
export function readRule(sent: unknown): Result<NewAlertRule> {
  const read = NewAlertRuleSchema.safeParse(sent);
  if (!read.success) return invalid(fieldErrors(read.error.issues));
  const unstorable = unstorableTexts(read.data);
  return unstorable.length > 0 ? invalid(unstorable) : ok(read.data);
}

const invalid = (errors: FieldError[]) =>
  fail('invalid-request', `The rule is not valid: ${errors.length} field${errors.length === 1 ? '' : 's'} to correct.`, errors);

function refusedFields(before: NewAlertRule, changes: Changes): FieldError[] {
  return Object.entries(changes).flatMap(([field, value]): FieldError[] => {
    if (!FIELDS.has(field)) return [{ pointer: jsonPointer([field]), message: 'is not a known field' }];
    if (field === 'kind' && value !== before.kind) return [{ pointer: '/kind', message: `stays ${before.kind}: make another rule for another kind` }];
    return [];
  });
}

/** What is no object is left for the schema to refuse. */
function mergeKeys(before: unknown, changes: unknown): unknown {
  if (!isRecord(before) || !isRecord(changes)) return changes;
  return Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([key]) => changes[key] !== null));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** PostgreSQL keeps neither a zero character nor half a surrogate pair. */
function unstorableTexts(value: unknown, path: readonly string[] = []): FieldError[] {
  if (typeof value === 'string')
    return isStorable(value) ? [] : [{ pointer: jsonPointer(path), message: 'must have no zero character and no half of a surrogate pair' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    isStorable(key)
      ? unstorableTexts(each, [...path, key])
      : [{ pointer: jsonPointer(path), message: 'has a key with a zero character or half of a surrogate pair' }],
  );
}

/** Whether PostgreSQL takes the text. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);
