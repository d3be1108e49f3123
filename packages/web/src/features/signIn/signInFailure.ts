import type { ApiProblem } from '../../api/problem.ts';

/** Why signing in failed, in words that say what to do. */
export function signInFailure(problem: ApiProblem): string {
  if (problem.status === 0) return 'Sightglass does not answer. Check that the server runs, then try again.';
  if (problem.status === 429) {
    const wait = problem.retryAfterSeconds;
    return wait === undefined ? 'Too many attempts. Wait a minute, then try again.' : `Too many attempts. Try again in ${Math.ceil(wait)} s.`;
  }
  if (problem.status === 400 || problem.status === 401 || problem.status === 403) {
    return problem.detail === '' ? 'The e-mail or the password is not right.' : `${problem.detail.replace(/\.$/, '')}.`;
  }
  return `The server answered ${problem.status}. Try again in a moment.`;
}
