import type { NewAlertRuleInput, RulePreview } from '@sightglass/contract/alertRule';
import type { FieldError } from '@sightglass/contract/errors';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ALERT_RULES_KEY, previewAlertRule } from '../../api/alertRules.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import type { ApiProblem } from '../../api/problem.ts';
import { useSettledValue } from '../settings/redaction/useSettledValue.ts';
import { ruleBody } from './ruleBody.ts';
import type { RuleDraft, UnitOf } from './ruleDraft.ts';

export interface Preview {
  /** False: the condition is not whole yet, so nothing is asked. */
  asked: boolean;
  data: RulePreview | undefined;
  problem: ApiProblem | null;
  /** Pointers into the rule. */
  errors: readonly FieldError[];
  /** Whether what is shown belongs to what stands in the form now. */
  current: boolean;
  retry: () => void;
}

const TYPING_PAUSE_MS = 600;
const NAMELESS = 'preview';
const NO_ERRORS: readonly FieldError[] = [];

/** Asks what the rule in the form would have done, whenever the typing pauses and the condition is whole. */
export function usePreview(draft: RuleDraft, unitOf: UnitOf): Preview {
  // Whom it tells and what it is called changes nothing in what it sees.
  const result = ruleBody({ ...draft, name: '', description: '', message: '', tags: [], channelIds: [], enabled: true }, NAMELESS, unitOf);
  const wanted = 'body' in result ? JSON.stringify(result.body) : '';
  const settled = useSettledValue(wanted, TYPING_PAUSE_MS);
  const query = useQuery({
    queryKey: [...ALERT_RULES_KEY, 'preview', settled],
    queryFn: ({ signal }) => previewAlertRule(JSON.parse(settled) as NewAlertRuleInput, signal),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    retry: false,
    // Each number that is typed makes an entry of its own.
    gcTime: 10_000,
  });
  const problem = query.error === null || settled === '' ? null : asProblem(query.error);
  return {
    asked: wanted !== '',
    data: problem === null ? query.data : undefined,
    problem,
    errors:
      problem === null || settled !== wanted
        ? NO_ERRORS
        : problem.errors.map(({ pointer, message }) => ({ pointer: pointer.replace(/^\/rule(?=\/)/, ''), message })),
    current: settled === wanted && !query.isPlaceholderData && !query.isPending,
    retry: () => void query.refetch(),
  };
}
