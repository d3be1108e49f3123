/** Settings of workspaces, each a JSON value under a name. All are held in memory: they are few, and asked for with every request. */
import type { Actor } from '../access/caller.ts';
import { type Estimates, EstimatesSchema } from '@sightglass/contract/estimates';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { DETECTORS, type Encryption, EncryptionSchema, REDACTED_FIELDS, type Redaction, RedactionSchema } from '@sightglass/contract/redaction';
import { type Sampling, SamplingSchema } from '@sightglass/contract/sampling';
import { and, eq, gt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { workspaceSettings } from '../control/tables/settings.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import type { Result } from '../result.ts';

/** All that a workspace can set, with what holds where it has not. */
export interface WorkspaceSettings {
  redaction: Redaction;
  encryption: Encryption;
  sampling: Sampling;
  estimates: Estimates;
}
export type SettingName = keyof WorkspaceSettings;

interface Kind<Value> {
  schema: z.ZodType<Value>;
  /** Where the workspace has set nothing. */
  unset: Value;
  /** Where what is stored cannot be understood (a newer version wrote it): the cautious choice. */
  unreadable: Value;
}

const KINDS: { [Name in SettingName]: Kind<WorkspaceSettings[Name]> } = {
  redaction: {
    schema: RedactionSchema,
    unset: RedactionSchema.parse({}),
    unreadable: RedactionSchema.parse({ enabled: true, detectors: DETECTORS, fields: REDACTED_FIELDS }),
  },
  encryption: { schema: EncryptionSchema, unset: { enabled: false }, unreadable: { enabled: true } },
  sampling: { schema: SamplingSchema, unset: SamplingSchema.parse({}), unreadable: SamplingSchema.parse({}) },
  estimates: { schema: EstimatesSchema, unset: { enabled: false }, unreadable: { enabled: false } },
};

export interface Setting<Value> {
  value: Value;
  /** Null while it was never set. */
  updatedAt: Date | null;
  /** Id of a user or key. */
  updatedBy: string | null;
}

type SettingRow = typeof workspaceSettings.$inferSelect;

export interface SettingsStore {
  setting<Name extends SettingName>(workspaceId: string, name: Name): Setting<WorkspaceSettings[Name]>;
  settingsOf(workspaceId: string): WorkspaceSettings;
  /** Workspaces that have set anything. */
  workspaces(): WorkspaceId[];
  forget(workspaceId: string): void;
  /** What `change` makes of the setting as it is stored, in one transaction; `read` takes it over afterwards. */
  write<Name extends SettingName>(
    workspaceId: WorkspaceId,
    name: Name,
    by: Actor,
    change: (current: WorkspaceSettings[Name], tx: ControlTx) => Promise<Result<WorkspaceSettings[Name]>>,
  ): Promise<Result<void>>;
  /** Reads what changed of late, of one workspace, or everything; answers the workspaces for which something else holds now. */
  read(since: 'all' | { interval: string } | { workspaceId: string }): Promise<Set<WorkspaceId>>;
}

export function createSettingsStore(
  control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace'>,
  warn: (message: string, error: unknown) => void,
): SettingsStore {
  const { instanceDb } = control;
  const known = new Map<string, Map<SettingName, Setting<unknown>>>();

  function parsed(name: SettingName, row: Pick<SettingRow, 'workspaceId' | 'value'>): unknown {
    const { schema, unreadable } = KINDS[name];
    const read = schema.safeParse(row.value);
    if (read.success) return read.data;
    warn(`settings: ${name} of ${row.workspaceId} cannot be understood; the cautious choice holds`, read.error);
    return unreadable;
  }

  /** Whether it tells something new. */
  function takeIn(row: SettingRow): boolean {
    if (!Object.hasOwn(KINDS, row.name)) return false;
    const name = row.name as SettingName;
    const ofWorkspace = known.get(row.workspaceId) ?? new Map<SettingName, Setting<unknown>>();
    if (ofWorkspace.get(name)?.updatedAt?.getTime() === row.updatedAt.getTime()) return false;
    known.set(row.workspaceId, ofWorkspace.set(name, { value: parsed(name, row), updatedAt: row.updatedAt, updatedBy: row.updatedBy }));
    return true;
  }

  const setting = <Name extends SettingName>(workspaceId: string, name: Name): Setting<WorkspaceSettings[Name]> => {
    const found = known.get(workspaceId)?.get(name);
    if (found === undefined) return { value: KINDS[name].unset, updatedAt: null, updatedBy: null };
    // What stands under a name was parsed by that name's schema.
    return found as Setting<WorkspaceSettings[Name]>;
  };

  return {
    setting,
    settingsOf: (workspaceId) => ({
      redaction: setting(workspaceId, 'redaction').value,
      encryption: setting(workspaceId, 'encryption').value,
      sampling: setting(workspaceId, 'sampling').value,
      estimates: setting(workspaceId, 'estimates').value,
    }),
    workspaces: () => [...known.keys()] as WorkspaceId[],
    forget: (workspaceId) => void known.delete(workspaceId),
    write: (workspaceId, name, by, change) =>
      control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
        // Changes of one workspace come one after the other, the first one too.
        await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
        const [row] = await tx
          .select()
          .from(workspaceSettings)
          .where(and(eq(workspaceSettings.workspaceId, workspaceId), eq(workspaceSettings.name, name)));
        const current = row === undefined ? KINDS[name].unset : (parsed(name, row) as WorkspaceSettings[typeof name]);
        const next = await change(current, tx);
        if (!next.ok) return next;
        // Two changes in one millisecond must differ in their time.
        const updatedAt =
          row === undefined ? sql`now()` : sql`greatest(now(), ${row.updatedAt.toISOString()}::timestamptz + interval '1 millisecond')`;
        await tx
          .insert(workspaceSettings)
          .values({ workspaceId, name, value: next.value, updatedAt, updatedBy: by.id })
          .onConflictDoUpdate({
            target: [workspaceSettings.workspaceId, workspaceSettings.name],
            set: { value: next.value, updatedAt, updatedBy: by.id },
          });
        note({ action: `settings.${name}.change`, target: name, before: row === undefined ? null : current, after: next.value });
        return { ok: true, value: undefined };
      }),
    read: async (since) => {
      const where =
        since === 'all'
          ? undefined
          : 'workspaceId' in since
            ? eq(workspaceSettings.workspaceId, since.workspaceId)
            : gt(workspaceSettings.updatedAt, sql`now() - ${since.interval}::interval`);
      const rows = await instanceDb.select().from(workspaceSettings).where(where);
      return new Set(rows.filter(takeIn).map(({ workspaceId }) => workspaceId as WorkspaceId));
    },
  };
}
