/** What follows from a change of a rule. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { NewAlertRule } from '@sightglass/contract/alertRule';

export interface ChangeEffects {
  /** Why the open alerts of the rule end, and what was evaluated of it until now holds no longer; null: they stay. */
  endsAlerts: 'The rule was changed.' | 'The rule was disabled.' | null;
  /** `now`: it is evaluated at the next opportunity; `never`: it is not enabled; `as planned`: as it stands. */
  nextEvaluation: 'now' | 'never' | 'as planned';
  /** Whether it has to be one that can be evaluated, and a failure of its last evaluation says nothing about it any more. */
  isJudgedAnew: boolean;
}

export function effectsOf(before: NewAlertRule, after: NewAlertRule): ChangeEffects {
  const isOther = !isDeepStrictEqual(evaluated(before), evaluated(after));
  const isDisabled = before.enabled && !after.enabled;
  const isEnabled = !before.enabled && after.enabled;
  const isSooner = after.check_interval_minutes !== before.check_interval_minutes;
  return {
    endsAlerts: isDisabled ? 'The rule was disabled.' : isOther ? 'The rule was changed.' : null,
    nextEvaluation: !after.enabled ? 'never' : isEnabled || isOther || isSooner ? 'now' : 'as planned',
    isJudgedAnew: isEnabled || isOther,
  };
}

/** What the question to the data is made of. All else says what becomes of the answer, and holds from the next one on. */
const evaluated = ({ kind, config, group_by, filters, source, evaluation_window_minutes }: NewAlertRule) => ({
  kind,
  config: withoutNulls(config),
  group_by,
  filters,
  source,
  evaluation_window_minutes,
});

/** A key of null says what an absent one says. */
const withoutNulls = (config: NewAlertRule['config']) => Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
