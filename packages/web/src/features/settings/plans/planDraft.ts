import type { FieldError } from '@sightglass/contract/errors';
import type { PlanFeature, PlanLimits } from '@sightglass/contract/plan';
import type { Plan } from '@sightglass/contract/routes/plans';
import { readWholeNumber } from '../fieldErrors.ts';

type LimitName = 'retention_days' | 'requests_per_minute' | 'items_per_second' | 'bytes_per_second';

/** Numbers as they are typed; empty: nothing is set. */
export interface PlanDraft extends Record<LimitName, string> {
  featuresOff: PlanFeature[];
}

/** The largest that the API takes, and what stands beside the field. */
export const LIMITS: readonly { name: LimitName; label: string; max: number; hint: string }[] = [
  { name: 'retention_days', label: 'Days that telemetry is kept', max: 3_650, hint: '' },
  { name: 'requests_per_minute', label: 'Requests per minute', max: 10_000_000, hint: 'of all keys of a workspace together' },
  { name: 'items_per_second', label: 'Items per second', max: 1_000_000_000, hint: 'spans, logs, points and events' },
  { name: 'bytes_per_second', label: 'Bytes per second', max: 100_000_000_000, hint: 'of telemetry, as it is sent' },
];

export function draftOf({ limits }: Plan): PlanDraft {
  const text = (value: number | undefined) => (value === undefined ? '' : String(value));
  return {
    retention_days: text(limits.retention_days),
    requests_per_minute: text(limits.requests_per_minute),
    items_per_second: text(limits.items_per_second),
    bytes_per_second: text(limits.bytes_per_second),
    featuresOff: limits.features_off,
  };
}

/** The body that sets the plan, or what is wrong with the draft. */
export function limitsOf(draft: PlanDraft): { body: PlanLimits } | { errors: FieldError[] } {
  const body: PlanLimits = { features_off: draft.featuresOff };
  const errors: FieldError[] = [];
  for (const { name, max } of LIMITS) {
    if (draft[name].trim() === '') continue;
    const value = readWholeNumber(draft[name], 1, max);
    if (value === null) errors.push({ pointer: `/${name}`, message: `must be a whole number from 1 to ${max.toLocaleString('en-US')}, or empty` });
    else body[name] = value;
  }
  return errors.length > 0 ? { errors } : { body };
}
