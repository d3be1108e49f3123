/** The real application with the routes of rules, workspaces to ask them in, and alerts that rules have opened. */
import type { AlertRule } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import { asc, eq } from 'drizzle-orm';
import { pino } from 'pino';
import { loopbackCaller } from '../../../access/caller.ts';
import type { ControlConnection } from '../../../control/connect.ts';
import { alertChannels, alertEvents, alertGroups, alertRules, alerts } from '../../../control/tables/alerts.ts';
import { auditEntries } from '../../../control/tables/audit.ts';
import { workspaces } from '../../../control/tables/workspaces.ts';
import { createApp } from '../../../http/app.ts';
import { alertRuleRoutes } from '../../../http/routes/alertRules.ts';
import { createId } from '../../../prefixedId.ts';
import { ok } from '../../../result.ts';
import type { CheckSql } from '../checkRule.ts';

export const RULES = '/api/obs/alerts/rules';

export interface RuleAnswer<Body> {
  status: number;
  body: Body;
}

/** What these tests look at of a refusal. */
export interface Refused {
  code: string;
  detail: string;
  errors?: { pointer: string; message: string }[];
}

export interface Asker {
  workspaceId: WorkspaceId;
  hiddenAgents?: readonly string[];
  scopes?: readonly Scope[];
}

export interface OpenAlert {
  status?: 'active' | 'acknowledged' | 'resolved';
  labels?: Record<string, string>;
  state?: 'pending' | 'firing' | 'keep_firing';
  /** Whether channels were told of it. */
  isNotified?: boolean;
}

export function ruleProgram(control: ControlConnection, checkSql: CheckSql) {
  const { instanceDb } = control;
  const time = { nowMs: Date.UTC(2026, 10, 20, 9) };
  let opened = 0;

  async function ask<Body = AlertRule>(
    { workspaceId, hiddenAgents = [], scopes = ['read', 'govern'] }: Asker,
    method: string,
    path = '',
    body?: unknown,
  ): Promise<RuleAnswer<Body>> {
    const app = createApp({
      log: pino({ level: 'silent' }),
      authenticate: async () => ok({ ...loopbackCaller(workspaceId, scopes), hiddenAgents }),
    });
    alertRuleRoutes(app, { control, checkSql, nowMs: () => time.nowMs });
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await app.request(`${RULES}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  return {
    control,
    time,
    ask,
    async newWorkspace(): Promise<WorkspaceId> {
      const id = createId('workspace');
      await instanceDb.insert(workspaces).values({ id, slug: id.slice(4), name: 'Test' });
      return id;
    },
    async newChannel(workspaceId: WorkspaceId): Promise<string> {
      const id = createId('alertChannel');
      const settings = { enabled: true, allRules: false, config: {}, secrets: new Uint8Array(), groupBy: [], groupWaitSeconds: 0, repeatMinutes: 0 };
      await instanceDb.insert(alertChannels).values({ id, workspaceId, name: id, kind: 'webhook', ...settings });
      return id;
    },
    /** An alert with its group, as evaluation leaves them. */
    async open(
      { id: ruleId, name: ruleName, kind: ruleKind, severity }: AlertRule,
      workspaceId: WorkspaceId,
      alert: OpenAlert = {},
    ): Promise<string> {
      const { status = 'active', labels = {}, state = 'firing', isNotified = true } = alert;
      const alertId = createId('alert');
      const fingerprint = String(opened++);
      const now = new Date(time.nowMs);
      if (status !== 'resolved')
        await instanceDb.insert(alertGroups).values({ workspaceId, ruleId, fingerprint, labels, state, since: now, triggeredAt: now, alertId });
      if (state === 'pending') return alertId;
      await instanceDb.insert(alerts).values({
        id: alertId,
        workspaceId,
        ruleId,
        ruleName,
        ruleKind,
        fingerprint,
        status,
        severity,
        labels,
        message: 'It is so.',
        details: {},
        createdAt: now,
        notifiedAt: isNotified ? now : null,
      });
      return alertId;
    },
    rowOf: async (id: string) => (await instanceDb.select().from(alertRules).where(eq(alertRules.id, id)))[0],
    alertsOf: (ruleId: string) => instanceDb.select().from(alerts).where(eq(alerts.ruleId, ruleId)).orderBy(asc(alerts.fingerprint)),
    groupsOf: (ruleId: string) => instanceDb.select().from(alertGroups).where(eq(alertGroups.ruleId, ruleId)),
    eventsOf: (alertId: string) => instanceDb.select().from(alertEvents).where(eq(alertEvents.alertId, alertId)).orderBy(asc(alertEvents.id)),
    auditOf: (workspaceId: WorkspaceId) =>
      instanceDb.select().from(auditEntries).where(eq(auditEntries.workspaceId, workspaceId)).orderBy(asc(auditEntries.seq)),
  };
}

export type RuleProgram = ReturnType<typeof ruleProgram>;
