/**
 * What workspaces want done to what they receive, and how what is stored is opened again. Read whole at start and
 * held in memory; a change made here holds at once, one made by another instance within a second.
 */
import type { Actor } from '../access/caller.ts';
import type { Estimates } from '@sightglass/contract/estimates';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Encryption, Redaction } from '@sightglass/contract/redaction';
import type { Sampling } from '@sightglass/contract/sampling';
import type { DataKey as DataKeyShown } from '@sightglass/contract/routes/settings';
import type { ControlConnection } from '../control/connect.ts';
import { CHANGES_OF_LATE, type ChangesSince, followChanges } from '../control/followChanges.ts';
import { createDataKeys } from '../encryption/dataKeys.ts';
import { type ContentCipher, createOpener, createSealer, type OpenText, type Sealer } from '../encryption/envelope.ts';
import { ContentLocked } from '../encryption/contentLocked.ts';
import type { ReceivePolicies } from './receivePolicies.ts';
import { checkPatterns } from '../redact/customPatterns.ts';
import { fail, ok, type Result } from '../result.ts';
import { createSettingsStore, type Setting } from './settingsStore.ts';

export interface EncryptionState extends Setting<Encryption> {
  keys: DataKeyShown[];
}

export interface WorkspacePolicies {
  redaction(workspaceId: string): Setting<Redaction>;
  /** `change` makes the new rules of those that hold. 422 with the place of each pattern that cannot be used. */
  changeRedaction(workspaceId: WorkspaceId, by: Actor, change: (current: Redaction) => Redaction): Promise<Result<Setting<Redaction>>>;
  encryption(workspaceId: string): EncryptionState;
  switchEncryption(workspaceId: WorkspaceId, by: Actor, encryption: Encryption): Promise<Result<EncryptionState>>;
  rotateKey(workspaceId: WorkspaceId, by: Actor): Promise<Result<EncryptionState>>;
  sampling(workspaceId: string): Setting<Sampling>;
  /** Whether any workspace ever set rules for sampling: what they left out may be there still. */
  isAnySampled(): boolean;
  changeSampling(workspaceId: WorkspaceId, by: Actor, sampling: Sampling): Promise<Result<Setting<Sampling>>>;
  estimates(workspaceId: string): Setting<Estimates>;
  changeEstimates(workspaceId: WorkspaceId, by: Actor, estimates: Estimates): Promise<Result<Setting<Estimates>>>;
  /** @throws ContentLocked where a key is needed that does not open. */
  cipherOf(workspaceId: string): ContentCipher;
  openerOf(workspaceId: string): OpenText;
  /** Forgets the settings and keys of a deleted workspace. */
  forget(workspaceId: string): void;
  stop(): Promise<void>;
}

/** `onChange` hears of every workspace that has set something, at start and whenever something else holds. `clock` is Unix milliseconds. */
export async function openWorkspacePolicies(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace' | 'engine'>;
  /** Of the instance. */
  secret: string;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
  onChange: (policies: [WorkspaceId, ReceivePolicies][]) => void;
}): Promise<WorkspacePolicies> {
  const { control, secret, clock, warn, onChange } = options;
  const settings = createSettingsStore(control, warn);
  const keys = createDataKeys(control.instanceDb, secret);
  const openers = new Map<string, OpenText>();
  const sealers = new Map<string, Sealer>();

  function receivePolicies(workspaceId: string): ReceivePolicies {
    const { redaction, encryption, sampling, estimates } = settings.settingsOf(workspaceId);
    return {
      redaction: redaction.enabled ? redaction : null,
      // Encryption that is on without any key cannot be: what is meant to be encrypted is not stored until there is one.
      encryption: encryption.enabled ? (keys.current(workspaceId) ?? 'locked') : null,
      ...(sampling.enabled ? { sampling } : {}),
      ...(estimates.enabled ? { estimates: true as const } : {}),
    };
  }

  async function takeIn(since: ChangesSince): Promise<void> {
    // Settings first: the key that one needs was written with it.
    const changed = await settings.read(since);
    for (const workspaceId of await keys.read(since)) changed.add(workspaceId);
    tell(changed);
  }

  function tell(changed: ReadonlySet<WorkspaceId>): void {
    for (const workspaceId of changed) sealers.delete(workspaceId);
    if (changed.size > 0) onChange([...changed].map((workspaceId) => [workspaceId, receivePolicies(workspaceId)]));
  }

  function encryptionOf(workspaceId: string): EncryptionState {
    const shown = keys.of(workspaceId).map(({ id, createdAt, retiredAt, bytes }) => ({
      id,
      created_at: createdAt.toISOString(),
      retired_at: retiredAt?.toISOString() ?? null,
      usable: bytes !== undefined,
    }));
    return { ...settings.setting(workspaceId, 'encryption'), keys: shown };
  }

  function sealerOf(workspaceId: string): Sealer | null {
    const known = sealers.get(workspaceId);
    if (known !== undefined) return known;
    const { encryption } = receivePolicies(workspaceId);
    if (encryption === 'locked') throw new ContentLocked();
    if (encryption === null) return null;
    const sealer = createSealer(workspaceId, encryption);
    sealers.set(workspaceId, sealer);
    return sealer;
  }

  function openerOf(workspaceId: string): OpenText {
    const known = openers.get(workspaceId);
    if (known !== undefined) return known;
    const opener = createOpener(workspaceId, (keyId) => keys.bytesOf(workspaceId, keyId));
    openers.set(workspaceId, opener);
    return opener;
  }

  await takeIn('all');
  for (const workspaceId of settings.workspaces()) {
    const locked = keys.of(workspaceId).filter(({ bytes }) => bytes === undefined);
    if (locked.length > 0) warn(`encryption: ${locked.length} keys of ${workspaceId} do not open with this secret`, undefined);
  }
  const stopFollowing = followChanges({ control, clock, read: takeIn, failed: (error) => warn('settings: changes could not be read', error) });

  return {
    redaction: (workspaceId) => settings.setting(workspaceId, 'redaction'),
    changeRedaction: async (workspaceId, by, change) => {
      const written = await settings.write(workspaceId, 'redaction', by, async (current) => {
        const next = change(current);
        const errors = checkPatterns(next.patterns);
        return errors.length === 0 ? ok(next) : fail('not-compilable', 'The patterns cannot be used as they are.', errors);
      });
      if (!written.ok) return written;
      tell(await settings.read({ workspaceId }));
      return ok(settings.setting(workspaceId, 'redaction'));
    },
    encryption: encryptionOf,
    switchEncryption: async (workspaceId, by, encryption) => {
      const written = await settings.write(workspaceId, 'encryption', by, async (_current, tx) => {
        if (encryption.enabled) await keys.rotate(tx, workspaceId, by, 'onlyFirst');
        return ok(encryption);
      });
      if (!written.ok) return written;
      await takeIn(CHANGES_OF_LATE);
      return ok(encryptionOf(workspaceId));
    },
    rotateKey: async (workspaceId, by) => {
      if (!settings.settingsOf(workspaceId).encryption.enabled) {
        return fail('conflict', 'Encryption is off in this workspace: there is no key to rotate. Switch it on first.');
      }
      await control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
        const made = await keys.rotate(tx, workspaceId, by);
        note({ action: 'encryption_key.rotate', target: made, before: null, after: { id: made } });
        return ok(undefined);
      });
      await takeIn(CHANGES_OF_LATE);
      return ok(encryptionOf(workspaceId));
    },
    sampling: (workspaceId) => settings.setting(workspaceId, 'sampling'),
    isAnySampled: () => settings.workspaces().some((workspaceId) => settings.setting(workspaceId, 'sampling').updatedAt !== null),
    changeSampling: async (workspaceId, by, sampling) => {
      const written = await settings.write(workspaceId, 'sampling', by, async () => ok(sampling));
      if (!written.ok) return written;
      tell(await settings.read({ workspaceId }));
      return ok(settings.setting(workspaceId, 'sampling'));
    },
    estimates: (workspaceId) => settings.setting(workspaceId, 'estimates'),
    changeEstimates: async (workspaceId, by, estimates) => {
      const written = await settings.write(workspaceId, 'estimates', by, async () => ok(estimates));
      if (!written.ok) return written;
      tell(await settings.read({ workspaceId }));
      return ok(settings.setting(workspaceId, 'estimates'));
    },
    cipherOf: (workspaceId) => ({ open: openerOf(workspaceId), sealer: sealerOf(workspaceId) }),
    openerOf,
    forget: (workspaceId) => {
      settings.forget(workspaceId);
      keys.forget(workspaceId);
      openers.delete(workspaceId);
      sealers.delete(workspaceId);
    },
    stop: stopFollowing,
  };
}
