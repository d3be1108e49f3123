import type { AlertRule, NewAlertRuleInput } from '@sightglass/contract/alertRule';
import type { FieldError } from '@sightglass/contract/errors';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ALERT_RULES_KEY, changeAlertRule, createAlertRule } from '../../api/alertRules.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { sameDraft } from '../settings/rows.ts';
import { ruleBody, ruleChanges } from './ruleBody.ts';
import type { RuleDraft, UnitOf } from './ruleDraft.ts';

export interface RuleForm {
  draft: RuleDraft;
  /** `pointers` name the fields that were changed: what was wrong with them is forgotten. Without any, everything is. */
  change: (changes: Partial<RuleDraft>, ...pointers: string[]) => void;
  /** Whether leaving would lose something. */
  dirty: boolean;
  errors: readonly FieldError[];
  /** How often fields were refused: it grows with each attempt. */
  refusals: number;
  /** Why it was not saved, when that lies in no field. */
  failure: unknown;
  saving: boolean;
  /** As the server has it; null before it is saved. */
  saved: AlertRule | null;
  /** `name` is what a rule without a name is called. */
  save: (name: string) => void;
}

const NO_ERRORS: readonly FieldError[] = [];

/** A rule as a draft that is sent whole; a new one without `rule`. Nothing counts as saved before the server has said so. */
export function useRuleForm(initial: RuleDraft, rule: AlertRule | null, unitOf: UnitOf): RuleForm {
  const client = useQueryClient();
  const [draft, setDraft] = useState(initial);
  const [errors, setErrors] = useState(NO_ERRORS);
  const [refusals, setRefusals] = useState(0);
  const refuse = (wrong: readonly FieldError[]) => {
    setErrors(wrong);
    setRefusals((count) => count + 1);
  };
  const saving = useMutation({
    mutationFn: (body: NewAlertRuleInput) => (rule === null ? createAlertRule(body) : changeAlertRule(rule.id, ruleChanges(rule, body))),
    onSuccess: () => client.invalidateQueries({ queryKey: ALERT_RULES_KEY }),
    onError: (error) => refuse(asProblem(error).errors),
  });
  return {
    draft,
    change: (changes, ...pointers) => {
      setDraft((before) => ({ ...before, ...changes }));
      setErrors((before) =>
        pointers.length === 0 ? NO_ERRORS : before.filter(({ pointer }) => !pointers.some((at) => pointer === at || pointer.startsWith(`${at}/`))),
      );
      if (!saving.isPending) saving.reset();
    },
    dirty: saving.data === undefined && !sameDraft(draft, initial),
    errors,
    refusals,
    failure: saving.error !== null && asProblem(saving.error).errors.length === 0 ? saving.error : null,
    saving: saving.isPending,
    saved: saving.data ?? null,
    save: (name) => {
      const result = ruleBody(draft, name, unitOf);
      if ('errors' in result) refuse(result.errors);
      else saving.mutate(result.body);
    },
  };
}
