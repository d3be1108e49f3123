import { sql } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import type { Backlog } from '../receive/admission.ts';
import type { App } from './appTypes.ts';

/** Why the program cannot accept or answer; empty when it can. */
export type ReadinessCheck = () => Promise<string[]>;

/** `/healthz`: the process lives. `/readyz`: it can accept and answer. */
export function readinessRoutes(app: App, notReady: ReadinessCheck): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const reasons = await notReady();
    return reasons.length === 0 ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', reasons }, 503);
  });
}

/** What has to be well for telemetry to be taken. */
export interface TakesTelemetry extends Backlog {
  /** False while the receive worker is started again. */
  isReceiving(): boolean;
}

/** Why no telemetry is taken now. */
export function notReceiving({ isReceiving, backlogBytes, backlogBytesMax }: TakesTelemetry): string[] {
  return [
    ...(isReceiving() ? [] : ['the receive worker is starting again']),
    ...(backlogBytes() > backlogBytesMax ? [`the telemetry store is behind: more than ${backlogBytesMax} acknowledged bytes wait for it`] : []),
  ];
}

const ANSWER_MS = 3_000;

/** Asks both engines for the least they can answer. */
export async function notReady(db: ControlDb, telemetry: TelemetryConnection): Promise<string[]> {
  const checks = [
    ['the control plane does not answer', db.execute(sql`SELECT 1`)],
    ['the telemetry plane does not answer', telemetry.rows('SELECT 1')],
  ] as const;
  const answers = await Promise.all(checks.map(async ([reason, check]) => ((await answersInTime(check)) ? [] : [reason])));
  return answers.flat();
}

async function answersInTime(check: PromiseLike<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_MS);
  });
  const answered = Promise.resolve(check).then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([answered, late]);
  clearTimeout(timer);
  return inTime;
}
