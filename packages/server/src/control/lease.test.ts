import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { createLease } from './lease.ts';

describeOnControlEngines('a lease', (engine) => {
  test('is one instance’s until it lets go or is not heard of any more', async () => {
    const control = engine.connection();
    const [one, other] = [createLease(control, 'test', 'one'), createLease(control, 'test', 'other')];
    expect(await one.hold(60)).toBe(true);
    expect(await one.hold(60)).toBe(true);
    // The embedded engine has one process: it never waits for itself.
    expect(await other.hold(60)).toBe(control.engine === 'embedded');
    if (control.engine === 'embedded') return;
    await other.letGo();
    expect(await other.hold(60)).toBe(false);
    await one.letGo();
    expect(await other.hold(60)).toBe(true);
    await control.instanceDb.execute(sql`UPDATE leases SET held_until = now() - interval '1 second'`);
    expect(await one.hold(60)).toBe(true);
    expect(await other.hold(60)).toBe(false);
  });

  test('of several that ask at once one gets it', async (context) => {
    const control = engine.connection();
    if (control.engine === 'embedded') return context.skip('it has one process');
    const asked = Array.from({ length: 8 }, (_, i) => createLease(control, 'race', `process ${i}`).hold(60));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
  });
});
