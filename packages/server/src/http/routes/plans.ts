import { listPlans, putPlan } from '@sightglass/contract/routes/plans';
import { actorOf } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { PlanBook } from '../../plans/planBook.ts';
import { listPlans as readPlans, setPlan } from '../../plans/plans.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface PlanRouteDependencies {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>;
  planBook: Pick<PlanBook, 'refresh'>;
}

export function planRoutes(app: App, { control, planBook }: PlanRouteDependencies): void {
  app.openapi(listPlans, async (c) => c.json({ items: await readPlans(control) }, 200));
  app.openapi(putPlan, async (c) => {
    const set = await setPlan(control, actorOf(c.var.caller), c.req.valid('param').plan, c.req.valid('json'));
    if (!set.ok) return problem(c, set.error);
    await planBook.refresh();
    return c.json(set.value, 200);
  });
}
