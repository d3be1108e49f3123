import { type AuditScope, listAudit as listAuditRoute, verifyAudit } from '@sightglass/contract/routes/audit';
import type { Caller } from '../../access/caller.ts';
import { refusedAccess } from '../../access/permits.ts';
import { AUDIT_FILE_TYPES, auditFile } from '../../audit/auditFile.ts';
import { auditLogOf } from '../../audit/auditLog.ts';
import { listAudit, readAudit } from '../../audit/listAudit.ts';
import { verifyLog } from '../../audit/verifyLog.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { PlanBook } from '../../plans/planBook.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';
import { textStream } from '../textStream.ts';

export interface AuditRouteDeps {
  control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace' | 'auditChain'>;
  /** Whether the plan of a workspace does without files of its log. */
  plans: Pick<PlanBook, 'refusedFeature'>;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function auditRoutes(app: App, { control, plans, now }: AuditRouteDeps): void {
  app.openapi(listAuditRoute, async (c) => {
    const { caller } = c.var;
    const query = c.req.valid('query');
    const refused = refusedScope(caller, query.scope);
    if (refused !== undefined) return problem(c, refused);
    const log = auditLogOf(control, caller.workspaceId, query.scope);
    if (query.format === undefined) {
      const page = await listAudit(log, query, now());
      return page.ok ? c.json(page.value, 200) : problem(c, page.error);
    }
    const notInPlan = plans.refusedFeature(caller.workspaceId, 'audit_export');
    if (notInPlan !== undefined) return problem(c, notInPlan);
    const found = readAudit(log, query, now());
    if (!found.ok) return problem(c, found.error);
    return c.body(textStream(auditFile(found.value, query.format)), 200, {
      'content-type': AUDIT_FILE_TYPES[query.format],
      'content-disposition': `attachment; filename="audit-${query.scope}.${query.format}"`,
    }) as never;
  });

  app.openapi(verifyAudit, async (c) => {
    const { caller } = c.var;
    const { scope, noted } = c.req.valid('query');
    const refused = refusedScope(caller, scope);
    if (refused !== undefined) return problem(c, refused);
    return c.json(await verifyLog(auditLogOf(control, caller.workspaceId, scope), control.auditChain, noted), 200);
  });
}

const refusedScope = (caller: Caller, scope: AuditScope) => (scope === 'instance' ? refusedAccess(caller, ['instance.manage']) : undefined);
