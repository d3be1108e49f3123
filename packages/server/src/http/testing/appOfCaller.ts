import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import { pino } from 'pino';
import { loopbackCaller } from '../../access/caller.ts';
import { ok } from '../../result.ts';
import { createApp } from '../app.ts';
import type { App } from '../appTypes.ts';

/** The real application, without routes yet, as a caller of one workspace meets it. */
export function appOfCaller(workspaceId: WorkspaceId, scopes: readonly Scope[] = ['read']): App {
  return createApp({
    log: pino({ level: 'silent' }),
    authenticate: async () => ok(loopbackCaller(workspaceId, scopes)),
  });
}
