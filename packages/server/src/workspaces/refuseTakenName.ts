import { isUniqueViolation } from '../control/controlError.ts';
import { fail, type Result } from '../result.ts';

/** Runs `work`; a name that breaks the unique `constraint` is answered as a conflict. `what` is what has the name already: `a role “Cost controller”`. */
export async function refuseTakenName<T>(constraint: string, what: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error) || error.constraint !== constraint) throw error;
    return fail('conflict', `There is ${what} already.`, [{ pointer: '/name', message: 'is taken' }]);
  }
}
