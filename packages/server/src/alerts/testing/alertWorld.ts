/** Rules, spans and receivers under a clock that the test moves; real engines, and the real ways of evaluating, telling and sending. */
import { NewAlertRuleSchema, type NewAlertRuleInput } from '@sightglass/contract/alertRule';
import type { AlertChannel } from '@sightglass/contract/alertChannel';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { asc, eq } from 'drizzle-orm';
import type { ControlConnection } from '../../control/connect.ts';
import { alertAttempts, alertChannels, alertDeliveries, alertEvents, alertRules, alerts } from '../../control/tables/alerts.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { createId } from '../../prefixedId.ts';
import { fail } from '../../result.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { insertSpans, type SpanFields, spanIdOf, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { insertWorkspace } from '../../workspaces/workspaces.ts';
import type { AlertMessage } from '../alertMessage.ts';
import type { SendResult } from '../channels/sender.ts';
import { sendDue } from '../deliveries/sendDue.ts';
import { tellAlerts } from '../deliveries/tellAlerts.ts';
import { type EvaluateRules, evaluateRules } from '../evaluation/evaluateRules.ts';

export const MINUTE_MS = 60_000;
const QUIET = { error: () => undefined, warn: () => undefined };
let spansMade = 0;

export interface Sent {
  atMs: number;
  channel: string;
  message: AlertMessage;
}

export type AlertWorld = Awaited<ReturnType<typeof createAlertWorld>>;

/** `controls`: of one instance each; what is not said otherwise is done by the first. */
export async function createAlertWorld(telemetry: TelemetryConnection, startMs: number, ...controls: [ControlConnection, ...ControlConnection[]]) {
  const [control] = controls;
  const world = { nowMs: startMs };
  const sent: Sent[] = [];
  let receive: (sent: Sent) => SendResult | Promise<SendResult> = () => ({ ok: true });
  let queries = 0;
  const deps = (instance: number): EvaluateRules => ({
    control: controls[instance] ?? control,
    telemetry,
    readerOf: (workspaceId) => createTelemetryReader(telemetry, workspaceId),
    onQuery: () => void queries++,
    askSql: () => Promise.resolve(fail('internal', 'There is no SQL in this world.')),
    askAnomaly: () => Promise.resolve(fail('internal', 'There are no anomalies in this world.')),
    listeningSinceMs: startMs,
    nowMs: () => world.nowMs,
    onTrouble: () => Promise.resolve(),
    log: QUIET,
  });

  return {
    sent,
    nowMs: () => world.nowMs,
    queries: () => queries,
    setReceiver: (receiver: typeof receive) => {
      receive = receiver;
    },
    pass: (minutes: number) => {
      world.nowMs += minutes * MINUTE_MS;
    },
    makeWorkspace: async (slug: string, timeZone = 'UTC') => {
      const made = await insertWorkspace(
        control.instanceDb,
        () => undefined,
        { slug, name: slug, plan: 'free', time_zone: timeZone },
        new Date(startMs),
      );
      return made.id as WorkspaceId;
    },
    addRule: async (workspaceId: WorkspaceId, input: NewAlertRuleInput) => {
      const rule = NewAlertRuleSchema.parse(input);
      const id = createId('alertRule');
      const { name, kind, severity, enabled } = rule;
      const now = new Date(world.nowMs);
      await control.instanceDb
        .insert(alertRules)
        .values({ id, workspaceId, name, kind, severity, enabled, rule, createdAt: now, nextEvaluationAt: enabled ? now : null });
      return id;
    },
    addChannel: async (
      workspaceId: WorkspaceId,
      name: string,
      more: Partial<Pick<AlertChannel, 'all_rules' | 'group_by' | 'group_wait_seconds' | 'repeat_minutes'>> = {},
    ) => {
      const id = createId('alertChannel');
      await control.instanceDb.insert(alertChannels).values({
        id,
        workspaceId,
        name,
        kind: 'webhook',
        enabled: true,
        allRules: more.all_rules ?? true,
        config: { url: 'https://example.com' },
        secrets: Buffer.alloc(0),
        groupBy: more.group_by ?? [],
        groupWaitSeconds: more.group_wait_seconds ?? 0,
        repeatMinutes: more.repeat_minutes ?? 0,
      });
      return id;
    },
    /** Model calls that start now, one after the other, `failed` of them in error. */
    call: async (workspaceId: WorkspaceId, { calls = 1, failed = 0, ...fields }: { calls?: number; failed?: number } & Record<string, unknown>) => {
      const rows = Array.from({ length: calls }, (_, i): SpanFields => {
        const n = ++spansMade;
        return {
          workspace_id: workspaceId,
          trace_id: traceIdOf(n),
          span_id: spanIdOf(n),
          start_time: new Date(world.nowMs - 1 - i).toISOString(),
          kind: 'llm',
          status: i < failed ? 'error' : 'success',
          ...fields,
        };
      });
      await insertSpans(telemetry, rows);
    },
    evaluate: (which: 'due' | 'all' = 'due', { instance = 0, mayGoOn = (): boolean => true, change = {} as Partial<EvaluateRules> } = {}) =>
      evaluateRules({ ...deps(instance), ...change }, which, mayGoOn),
    tell: (instance = 0) => tellAlerts(controls[instance] ?? control, world.nowMs),
    send: async (instance = 0) => {
      const sending = {
        control: controls[instance] ?? control,
        targetOf: () => ({ kind: 'webhook' as const, config: { url: 'https://example.com' } }),
        send: async (_target: unknown, message: AlertMessage) => {
          const made = { atMs: world.nowMs, channel: message.channelName, message };
          const result = await receive(made);
          if (result.ok) sent.push(made);
          return result;
        },
        nowMs: () => world.nowMs,
        random: () => 0.5,
        log: QUIET,
      };
      let attempts = 0;
      for (let some = await sendDue(sending); some > 0; some = await sendDue(sending)) attempts += some;
      return attempts;
    },
    alerts: (workspaceId: WorkspaceId) =>
      control.instanceDb.select().from(alerts).where(eq(alerts.workspaceId, workspaceId)).orderBy(asc(alerts.createdAt), asc(alerts.message)),
    rule: async (id: string) => {
      const [row] = await control.instanceDb.select().from(alertRules).where(eq(alertRules.id, id));
      if (row === undefined) throw new Error(`There is no rule ${id}`);
      return row;
    },
    timeline: (alertId: string) => control.instanceDb.select().from(alertEvents).where(eq(alertEvents.alertId, alertId)).orderBy(asc(alertEvents.id)),
    deliveries: (workspaceId: WorkspaceId) =>
      control.instanceDb.select().from(alertDeliveries).where(eq(alertDeliveries.workspaceId, workspaceId)).orderBy(asc(alertDeliveries.seq)),
    attempts: (workspaceId: WorkspaceId) =>
      control.instanceDb.select().from(alertAttempts).where(eq(alertAttempts.workspaceId, workspaceId)).orderBy(asc(alertAttempts.id)),
  };
}
