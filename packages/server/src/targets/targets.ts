/** The availability that a workspace holds its tools, services and providers to: a small setting, read when the page is looked at. */
import { type AvailabilityTarget, TARGETS_MAX, type Targets, type TargetsChange, TargetsSchema } from '@sightglass/contract/availabilityTargets';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { TargetsSetting } from '@sightglass/contract/routes/targets';
import { and, eq, sql } from 'drizzle-orm';
import type { Actor } from '../access/caller.ts';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { workspaceSettings } from '../control/tables/settings.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { fail, ok, type Result } from '../result.ts';

const NAME = 'targets';
type Control = Pick<ControlConnection, 'ofWorkspace'>;

const ofWorkspace = (workspaceId: WorkspaceId) => and(eq(workspaceSettings.workspaceId, workspaceId), eq(workspaceSettings.name, NAME));

async function load(tx: Pick<ControlTx, 'select'>, workspaceId: WorkspaceId): Promise<TargetsSetting> {
  const [row] = await tx.select().from(workspaceSettings).where(ofWorkspace(workspaceId));
  // What a newer version wrote and this one does not understand holds nobody to anything here.
  const targets = TargetsSchema.safeParse(row?.value ?? {}).data?.targets ?? [];
  return { targets, updated_at: row?.updatedAt.toISOString() ?? null, updated_by: row?.updatedBy ?? null };
}

export const readTargets = (control: Control, workspaceId: WorkspaceId): Promise<TargetsSetting> =>
  control.ofWorkspace(workspaceId).read((tx) => load(tx, workspaceId));

export const replaceTargets = (control: Control, workspaceId: WorkspaceId, by: Actor, { targets }: Targets): Promise<Result<TargetsSetting>> =>
  write(control, workspaceId, by, () => ok(targets));

/** Two people may set targets of different tools at the same time: neither takes the other's back. */
export function changeTargets(control: Control, workspaceId: WorkspaceId, by: Actor, change: TargetsChange): Promise<Result<TargetsSetting>> {
  return write(control, workspaceId, by, (current) => {
    const kept = current.filter(({ kind, name }) => !change.targets.some((changed) => changed.kind === kind && changed.name === name));
    const set = change.targets.flatMap(({ availability, ...of }) => (availability === null ? [] : [{ ...of, availability }]));
    const next = [...kept, ...set];
    return next.length > TARGETS_MAX ? fail('conflict', `A workspace has at most ${TARGETS_MAX} targets. Take some back first.`) : ok(next);
  });
}

function write(
  control: Control,
  workspaceId: WorkspaceId,
  by: Actor,
  change: (current: AvailabilityTarget[]) => Result<AvailabilityTarget[]>,
): Promise<Result<TargetsSetting>> {
  return control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
    // Changes of one workspace come one after the other, the first one too.
    await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
    const { targets: before } = await load(tx, workspaceId);
    const next = change(before);
    if (!next.ok) return next;
    const after = next.value.toSorted(byKindAndName);
    const value: Targets = { targets: after };
    await tx
      .insert(workspaceSettings)
      .values({ workspaceId, name: NAME, value, updatedBy: by.id })
      .onConflictDoUpdate({
        target: [workspaceSettings.workspaceId, workspaceSettings.name],
        set: { value, updatedAt: sql`now()`, updatedBy: by.id },
      });
    note({ action: 'settings.targets.change', target: NAME, before: { targets: before }, after: value });
    return ok(await load(tx, workspaceId));
  });
}

const keyOf = ({ kind, name }: AvailabilityTarget) => `${kind} ${name}`;
const byKindAndName = (a: AvailabilityTarget, b: AvailabilityTarget) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0);
