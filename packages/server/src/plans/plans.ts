import { NO_LIMITS, PLAN_RETENTION_DAYS, type PlanLimits, PlanLimitsSchema, type PlanName, PLANS } from '@sightglass/contract/plan';
import type { Plan } from '@sightglass/contract/routes/plans';
import { count, eq, isNull, sql } from 'drizzle-orm';
import type { Actor } from '../access/caller.ts';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { plans, workspaces } from '../control/tables/workspaces.ts';
import { ok, type Result } from '../result.ts';

/** All plans, the smallest first. */
export async function listPlans({ instanceDb }: Pick<ControlConnection, 'instanceDb'>): Promise<Plan[]> {
  return readPlans(instanceDb);
}

/** What the plan gives from now on. */
export function setPlan(control: Pick<ControlConnection, 'changeInstance'>, by: Actor, plan: PlanName, limits: PlanLimits): Promise<Result<Plan>> {
  return control.changeInstance(by, async (tx, note) => {
    const [before] = await tx.select().from(plans).where(eq(plans.plan, plan)).for('update');
    const updatedAt = sql`now()`;
    await tx.insert(plans).values({ plan, limits, updatedAt }).onConflictDoUpdate({ target: plans.plan, set: { limits, updatedAt } });
    note(null, { action: 'plan.change', target: plan, before: before?.limits ?? NO_LIMITS, after: limits });
    const after = (await readPlans(tx)).find((each) => each.plan === plan);
    if (after === undefined) throw new Error('A plan that was set is not there');
    return ok(after);
  });
}

async function readPlans(db: Pick<ControlTx, 'select'>): Promise<Plan[]> {
  const rows = new Map((await db.select().from(plans)).map((row) => [row.plan, row]));
  const counts = await db
    .select({ plan: workspaces.plan, count: count() })
    .from(workspaces)
    .where(isNull(workspaces.deletingSince))
    .groupBy(workspaces.plan);
  return PLANS.map((plan) => {
    const row = rows.get(plan);
    // What a newer version has written and this one does not understand is shown as nothing, and is what holds here.
    const limits = PlanLimitsSchema.safeParse(row?.limits);
    return {
      plan,
      limits: limits.success ? limits.data : NO_LIMITS,
      retention_days_default: PLAN_RETENTION_DAYS[plan],
      workspaces: counts.find((each) => each.plan === plan)?.count ?? 0,
      updated_at: row?.updatedAt.toISOString() ?? null,
    };
  });
}
