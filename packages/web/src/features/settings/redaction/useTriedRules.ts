import type { FieldError } from '@sightglass/contract/errors';
import type { RedactionTestResult } from '@sightglass/contract/routes/settings';
import { useQuery } from '@tanstack/react-query';
import { asProblem } from '../../../api/ProblemState.tsx';
import { tryRedactionQuery } from '../../../api/settings.ts';
import { useSettledValue } from './useSettledValue.ts';
import { type RedactionDraft, triedErrors, triedRules } from './redactionDraft.ts';

export interface Trial {
  /** Undefined while none is there, or while the rules cannot be used. */
  result: RedactionTestResult | undefined;
  /** What is wrong with the rules, at the pointers of the form. */
  errors: readonly FieldError[];
  /** Why it could not be tried, when that lies in no rule. */
  failure: unknown;
  /** Whether the result belongs to what stands in the form now. */
  current: boolean;
}

const TYPING_PAUSE_MS = 300;

/** Tries the rules of the form whenever the typing pauses, with or without a text: so patterns are checked as they are written. */
export function useTriedRules(text: string, draft: RedactionDraft): Trial {
  const { rules, places } = triedRules(draft);
  const wanted = JSON.stringify({ text, rules, places });
  const asked = useSettledValue(wanted, TYPING_PAUSE_MS);
  const sent = JSON.parse(asked) as { text: string; rules: typeof rules; places: number[] };
  const query = useQuery({ ...tryRedactionQuery(sent.text, sent.rules), placeholderData: (before) => before });
  const problem = query.error === null ? null : asProblem(query.error);
  const errors = problem === null ? [] : triedErrors(problem.errors, sent.places);
  return {
    result: problem === null ? query.data : undefined,
    // Rows that moved since are no longer where the errors point.
    errors: asked === wanted ? errors : [],
    failure: problem !== null && problem.errors.length === 0 ? problem : null,
    current: asked === wanted && !query.isPlaceholderData && !query.isPending,
  };
}
