import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/routes/defineRoute';
import { pino } from 'pino';
import { ok } from '../../result.ts';
import { createApp } from '../app.ts';
import type { App } from '../appTypes.ts';

/** The real application, without routes yet, as a caller of one workspace meets it. */
export function appOfCaller(workspaceId: WorkspaceId, scopes: readonly Scope[] = ['read']): App {
  return createApp({
    log: pino({ level: 'silent' }),
    authenticate: async () => ok({ kind: 'loopback', workspaceId, scopes: new Set(scopes) }),
  });
}
