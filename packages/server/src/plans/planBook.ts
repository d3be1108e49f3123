/**
 * What the plan of every workspace gives, in memory, because it is asked for with every request. A change made here holds at once, one
 * made by another instance within a second. A workspace that is not known here yet is not limited.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import {
  NO_LIMITS,
  PLAN_FEATURE_NAMES,
  PLAN_RETENTION_DAYS,
  type PlanFeature,
  type PlanLimits,
  PlanLimitsSchema,
  type PlanName,
} from '@sightglass/contract/plan';
import { gt, sql } from 'drizzle-orm';
import { createKeyQuota, type KeyQuota } from '../apiKeys/keyQuota.ts';
import type { ControlConnection } from '../control/connect.ts';
import { type ChangesSince, CHANGES_OF_LATE, followChanges } from '../control/followChanges.ts';
import { plans, workspaces } from '../control/tables/workspaces.ts';
import { type Failure, fail } from '../result.ts';

export interface PlanBook {
  /** Undefined for a workspace that is not known here. */
  planOf(workspaceId: WorkspaceId): PlanName | undefined;
  limitsOf(workspaceId: WorkspaceId): PlanLimits;
  /** Days that telemetry is kept. */
  retentionDaysOf(workspaceId: WorkspaceId): number;
  /** What all senders of the workspace together may send; undefined where the plan says nothing of it. */
  quotaOf(workspaceId: WorkspaceId): KeyQuota | undefined;
  /** Why the workspace may not use a feature; undefined when it may. */
  refusedFeature(workspaceId: WorkspaceId, feature: PlanFeature): Failure | undefined;
  /** Takes over what was changed here. */
  refresh(): Promise<void>;
  forget(workspaceId: WorkspaceId): void;
  stop(): Promise<void>;
}

const RATES = ['requests_per_minute', 'items_per_second', 'bytes_per_second'] as const;
type Rates = Pick<PlanLimits, (typeof RATES)[number]>;

const ratesText = (limits: Rates): string => JSON.stringify(RATES.map((name) => limits[name] ?? null));
const NO_RATES = ratesText(NO_LIMITS);

/** The sentence for whoever meets a feature that the plan leaves out. */
export const featureOff = (plan: PlanName, feature: PlanFeature): Failure =>
  fail(
    'feature-off',
    `The plan ${plan} of this workspace does not include ${PLAN_FEATURE_NAMES[feature]}. An owner of the instance can change that under Settings → Plans.`,
  ).error;

/** `clock` is Unix milliseconds; `warn` hears of what could not be read. */
export async function openPlanBook(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'engine'>;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
}): Promise<PlanBook> {
  const { control, clock, warn } = options;
  const { instanceDb: db } = control;
  const limitsOfPlans = new Map<PlanName, PlanLimits>();
  const planOfWorkspaces = new Map<WorkspaceId, PlanName>();
  /** Each with the rates that it was made for: a workspace whose rates change begins with a full one. */
  const quotas = new Map<WorkspaceId, { rates: string; quota: KeyQuota }>();

  async function takeIn(since: ChangesSince): Promise<void> {
    for (const { plan, limits } of await db.select().from(plans)) {
      const read = PlanLimitsSchema.safeParse(limits);
      if (read.success) limitsOfPlans.set(plan, read.data);
      else warn(`plans: the limits of ${plan} cannot be understood; what held before holds on`, read.error);
    }
    const rows = await db
      .select({ id: workspaces.id, plan: workspaces.plan })
      .from(workspaces)
      .where(since === 'all' ? undefined : gt(workspaces.changedAt, sql`now() - ${since.interval}::interval`));
    for (const { id, plan } of rows) planOfWorkspaces.set(id as WorkspaceId, plan);
  }

  const limitsOf = (workspaceId: WorkspaceId): PlanLimits => {
    const plan = planOfWorkspaces.get(workspaceId);
    return (plan === undefined ? undefined : limitsOfPlans.get(plan)) ?? NO_LIMITS;
  };

  function quotaOf(workspaceId: WorkspaceId): KeyQuota | undefined {
    // On the way of every request: where no plan limits anything, this is all that happens.
    if (limitsOfPlans.size === 0) return undefined;
    const limits = limitsOf(workspaceId);
    const rates = ratesText(limits);
    if (rates === NO_RATES) {
      quotas.delete(workspaceId);
      return undefined;
    }
    const held = quotas.get(workspaceId);
    if (held?.rates === rates) return held.quota;
    const set = Object.fromEntries(RATES.flatMap((name) => (limits[name] === undefined ? [] : [[name, limits[name]]])));
    const quota = createKeyQuota(set, clock, { whose: `the plan ${planOfWorkspaces.get(workspaceId)} for this workspace`, prefix: 'workspace-' });
    quotas.set(workspaceId, { rates, quota });
    return quota;
  }

  await takeIn('all');
  const stop = followChanges({ control, clock, read: takeIn, failed: (error) => warn('plans: changes could not be read', error) });

  return {
    planOf: (workspaceId) => planOfWorkspaces.get(workspaceId),
    limitsOf,
    retentionDaysOf: (workspaceId) => limitsOf(workspaceId).retention_days ?? PLAN_RETENTION_DAYS[planOfWorkspaces.get(workspaceId) ?? 'free'],
    quotaOf,
    refusedFeature: (workspaceId, feature) => {
      const plan = planOfWorkspaces.get(workspaceId);
      return plan !== undefined && limitsOf(workspaceId).features_off.includes(feature) ? featureOff(plan, feature) : undefined;
    },
    refresh: () => takeIn(CHANGES_OF_LATE),
    forget: (workspaceId) => {
      planOfWorkspaces.delete(workspaceId);
      quotas.delete(workspaceId);
    },
    stop,
  };
}
