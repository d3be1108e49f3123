import { EmptyState, ErrorState } from '../ui/StateMessage.tsx';
import { ApiProblem, type ProblemCode } from './problem.ts';

/** What a person can do about it, where the server's own words speak to programs. */
const ADVICE: Partial<Record<ProblemCode, string>> = {
  unreachable: 'Check that the server runs, then try again.',
  'not-signed-in': 'Your session has ended. Sign in again.',
  'missing-scope': 'Ask an owner or admin of the workspace for a role that may do this.',
  'query-too-expensive': 'Choose a shorter time range or add a filter.',
  'too-many-requests': 'Wait a moment, then try again.',
  unavailable: 'Try again in a moment.',
  internal: 'Try again; if it stays, give the trace id to whoever runs this server.',
};

/** A failed request in words, with a way to try again. */
export function ProblemState({ error, what, onRetry }: { error: unknown; what: string; onRetry?: (() => void) | undefined }) {
  const problem = asProblem(error);
  // Nothing failed, and trying again changes nothing.
  if (problem.code === 'feature-off') return <EmptyState title="Not in the plan of this workspace">{problem.detail}</EmptyState>;
  return (
    <ErrorState
      title={`${what}: ${lowerFirst(problem.title)}`}
      detail={[problem.detail, ADVICE[problem.code]].filter((part) => part !== undefined && part !== '').join(' ')}
      items={problem.errors.map(({ pointer, message }) => ({ label: pointer, message }))}
      traceId={problem.traceId}
      onRetry={onRetry}
    />
  );
}

/** Whether the plan of the workspace leaves out what was asked for: then nothing of it is shown. */
export const isFeatureOff = (error: unknown): boolean => error !== null && asProblem(error).code === 'feature-off';

/** Any thrown thing as a problem. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({
    code: 'unreadable',
    status: 0,
    title: 'Something went wrong in the page',
    detail: error instanceof Error ? error.message : String(error),
  });
}

function lowerFirst(text: string): string {
  return text.startsWith('Sightglass') ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
