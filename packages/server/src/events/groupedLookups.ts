import type { WorkspaceId } from '@sightglass/contract/ids';
import type { EventKeysDependencies } from './eventKeys.ts';

type FindStored = EventKeysDependencies['findStored'];

interface Group {
  keys: Set<string>;
  found: Promise<ReadonlySet<string>>;
}

/**
 * One look-up at a time for each workspace: what is asked for while one runs shares the next one, so that many
 * small requests cost few queries. Every key is looked up after it was asked for, never before.
 */
export function groupLookups(findStored: FindStored): FindStored {
  const running = new Map<WorkspaceId, Promise<unknown>>();
  const next = new Map<WorkspaceId, Group>();

  function startGroup(workspaceId: WorkspaceId): Group {
    const keys = new Set<string>();
    const before = running.get(workspaceId) ?? Promise.resolve();
    const found = before.then(() => {
      next.delete(workspaceId);
      return findStored(workspaceId, [...keys]);
    });
    const ended = found.then(
      () => undefined,
      () => undefined,
    );
    running.set(workspaceId, ended);
    void forgetAfter(workspaceId, ended);
    const group = { keys, found };
    next.set(workspaceId, group);
    return group;
  }

  async function forgetAfter(workspaceId: WorkspaceId, ended: Promise<unknown>): Promise<void> {
    await ended;
    if (running.get(workspaceId) === ended) running.delete(workspaceId);
  }

  return (workspaceId, keys) => {
    const group = next.get(workspaceId) ?? startGroup(workspaceId);
    for (const key of keys) group.keys.add(key);
    return group.found;
  };
}
