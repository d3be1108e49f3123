/**
 * What keeps alerts going: one instance for all evaluates rules and says what is owed to channels, every instance sends it, and every
 * instance watches that evaluation does not stall.
 */
import type { Logger } from 'pino';
import type { ControlConnection } from '../control/connect.ts';
import type { Lease } from '../control/lease.ts';
import { forgetOldNotifications } from '../notifications/forgetOldNotifications.ts';
import { repeat } from '../repeat.ts';
import { forgetOldDeliveries, type SendDue, sendDue } from './deliveries/sendDue.ts';
import { tellAlerts } from './deliveries/tellAlerts.ts';
import { type Evaluated, evaluateRules, type EvaluateRules } from './evaluation/evaluateRules.ts';
import { tellTrouble } from './evaluation/tellTrouble.ts';
import { createWatchdog } from './evaluation/watchdog.ts';

const LOOK_MS = 1_000;
const SEND_MS = 500;
const WATCH_MS = 20_000;
const FORGET_MS = 3_600_000;
/** Another instance takes over after so long. */
const LEASE_SECONDS = 20;
/** One look takes no longer, so that the lease can be kept and stopping need not wait. */
const WORK_MS = 10_000;

export interface AlertSchedule {
  /** Every enabled rule, due or not, for at most so long; then what is owed because of it. */
  evaluateAll(workMs: number): Promise<Evaluated>;
  /** Sends what is owed now, without waiting for the next look. */
  wake(): void;
  close(): Promise<void>;
}

export interface AlertScheduleOptions {
  control: ControlConnection;
  lease: Lease;
  evaluate: Omit<EvaluateRules, 'control' | 'nowMs' | 'onTrouble' | 'log' | 'listeningSinceMs'>;
  deliver: Omit<SendDue, 'control' | 'nowMs' | 'random' | 'log'>;
  nowMs(): number;
  onRan?(schedule: 'alerts' | 'alertMessages'): void;
  /** Told every so often how late the latest rule is; 0: none is. */
  onLag?(seconds: number): void;
  log: Logger;
}

export function startAlertSchedule({ control, lease, evaluate, deliver, nowMs, onRan, onLag, log }: AlertScheduleOptions): AlertSchedule {
  let closing = false;
  const deps: EvaluateRules = {
    ...evaluate,
    control,
    nowMs,
    listeningSinceMs: nowMs(),
    onTrouble: (workspaceId, troubled) => tellTrouble(control, workspaceId, troubled, nowMs()),
    log,
  };
  const sending: SendDue = { ...deliver, control, nowMs, random: Math.random, log };
  /** One at a time in a process; two at a time on several do no harm. */
  let turn: Promise<unknown> = Promise.resolve();
  const work = (which: 'due' | 'all', workMs: number): Promise<Evaluated> => {
    const evaluated = turn.then(async () => {
      const endsMs = Date.now() + workMs;
      const result = await evaluateRules(deps, which, () => !closing && Date.now() < endsMs);
      if ((await tellAlerts(control, nowMs())) > 0) wake();
      return result;
    });
    turn = evaluated.catch(() => undefined);
    return evaluated;
  };
  let sent: Promise<void> = Promise.resolve();
  const drain = async () => {
    let attempts: number;
    do attempts = closing ? 0 : await sendDue(sending);
    while (attempts > 0);
  };
  const sendAll = (): Promise<void> => {
    const now = sent.then(drain);
    sent = now.catch(() => undefined);
    return now;
  };
  const wake = () => void sendAll().catch((error: unknown) => log.warn({ err: error }, 'messages of alerts could not be sent; trying again'));
  const watchdog = createWatchdog(control, log, onLag);
  const failed = (what: string) => (error: unknown) => log.warn({ err: error }, `${what}; trying again`);
  const stops = [
    repeat(
      LOOK_MS,
      async () => {
        if (!(await lease.hold(LEASE_SECONDS))) return;
        const { opened, closed, remaining } = await work('due', WORK_MS);
        if (opened + closed > 0) log.info({ opened, closed, remaining }, 'alerts were opened and closed');
      },
      failed('rules could not be evaluated'),
      () => onRan?.('alerts'),
    ),
    repeat(SEND_MS, sendAll, failed('messages of alerts could not be sent'), () => onRan?.('alertMessages')),
    repeat(WATCH_MS, () => watchdog.look(nowMs()), failed('whether rules are evaluated could not be seen')),
    repeat(
      FORGET_MS,
      async () => {
        await forgetOldDeliveries(control, nowMs());
        await forgetOldNotifications(control, nowMs());
      },
      failed('old messages could not be deleted'),
    ),
  ];
  return {
    evaluateAll: (workMs) => work('all', workMs),
    wake,
    close: async () => {
      closing = true;
      for (const stop of stops) await stop();
      await Promise.all([turn, sent]);
      await lease.letGo();
    },
  };
}
