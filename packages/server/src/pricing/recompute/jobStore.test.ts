import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import type { Actor } from '../../access/caller.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { createJobStore } from './jobStore.ts';

const ADA: Actor = { kind: 'member', id: 'usr_ada', name: 'ada@example.com', address: '192.0.2.7' };
const REQUEST = { range: { fromNs: 0n, toNs: 10n ** 18n }, filters: [], dryRun: false, includeReported: false };

describeOnControlEngines('recomputes, in the audit log', (engine) => {
  test('it tells who began one, of what, and who cancelled it; one that has ended cannot be cancelled', async () => {
    const id = createId('workspace');
    await engine
      .connection()
      .instanceDb.insert(workspaces)
      .values({ id, slug: id.slice(4), name: 'Made by a test' });
    const jobs = createJobStore(engine.connection());
    const begun = await jobs.begin(id, ADA, REQUEST);
    if (!begun.ok) throw new Error(begun.error.detail);
    expect(await jobs.cancel(id, ADA, begun.value.id)).toMatchObject({ ok: true });
    expect(await jobs.cancel(id, ADA, begun.value.id)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    const rows = await engine.connection().instanceDb.select().from(auditEntries).where(eq(auditEntries.chain, id)).orderBy(auditEntries.seq);
    const by = { target: begun.value.id, actor: ADA.id, actorName: ADA.name };
    expect(rows).toMatchObject([
      { ...by, action: 'costs.recompute', before: null, after: { from: '1970-01-01T00:00:00Z', include_reported: false } },
      { ...by, action: 'costs.recompute.cancel', before: { state: 'running' }, after: { state: 'cancelled' } },
    ]);
    expect(rows).toHaveLength(2);
  });
});
