import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import type { ControlConnection } from '../control/connect.ts';
import { workspaces } from '../control/tables/workspaces.ts';

/** A workspace may be made, renamed or deleted at any time; it is looked for this often. */
const KEPT_MS = 30_000;

/** Looks up the workspace of a slug, and remembers for a while whether there is one. */
export function followWorkspaceOfSlug(
  control: Pick<ControlConnection, 'instanceDb'>,
  slug: string,
  nowMs: () => number,
): () => Promise<WorkspaceId | undefined> {
  let known: WorkspaceId | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (nowMs() - readAtMs >= KEPT_MS) {
      const [row] = await control.instanceDb.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.slug, slug));
      known = row?.id as WorkspaceId | undefined;
      readAtMs = nowMs();
    }
    return known;
  };
}
