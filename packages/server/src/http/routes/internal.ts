import { type Aggregate, aggregate, aggregateByGet, evaluateAlerts, evaluateAlertsByGet } from '@sightglass/contract/routes/internal';
import type { AlertSchedule } from '../../alerts/alertSchedule.ts';
import { parseTimeRange } from '../../explore/timeRange.ts';
import type { Result } from '../../result.ts';
import type { RollupSchedule } from '../../rollups/rollupSchedule.ts';
import type { RollUpProgress } from '../../rollups/rollUpSpans.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

/** Whoever waits for the answer, a cron service above all, gives up after 30 s. */
const WORK_MS = 25_000;
const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_DAY = 86_400n * NS_PER_SECOND;

export interface InternalRouteDeps {
  rollups: Pick<RollupSchedule, 'rollUp'>;
  alerts: Pick<AlertSchedule, 'evaluateAll'>;
  /** Unix nanoseconds. */
  now(): bigint;
}

/** Periodic work, driven from outside. */
export function internalRoutes(app: App, { rollups, alerts, now }: InternalRouteDeps): void {
  async function rollUp(
    asked: { from?: string | undefined; to?: string | undefined; force: boolean },
    where: 'query' | 'body',
  ): Promise<Result<RollUpProgress>> {
    const nowNs = now();
    const yesterday = new Date(Number((nowNs - (nowNs % NS_PER_DAY) - NS_PER_DAY) / 1_000_000n)).toISOString();
    const range = parseTimeRange({ from: asked.from ?? yesterday, to: asked.to ?? 'now' }, nowNs, where);
    if (!range.ok) return range;
    const { fromNs, toNs } = range.value;
    const hour = 3_600n * NS_PER_SECOND;
    const fromSeconds = Number((fromNs - (fromNs % hour)) / NS_PER_SECOND);
    return { ok: true, value: await rollups.rollUp({ fromSeconds, toSeconds: Number(toNs / NS_PER_SECOND) }, WORK_MS, asked.force) };
  }

  app.openapi(aggregate, async (c) => {
    // A request without a body is asked for nothing in particular, and has no defaults either.
    const { from, to, force = false }: Partial<Aggregate> = c.req.valid('json');
    const done = await rollUp({ from, to, force }, 'body');
    return done.ok ? c.json(done.value, 200) : problem(c, done.error);
  });
  app.openapi(aggregateByGet, async (c) => {
    const done = await rollUp(c.req.valid('query'), 'query');
    return done.ok ? c.json(done.value, 200) : problem(c, done.error);
  });

  const evaluateAll = async () => {
    const { done, remaining } = await alerts.evaluateAll(WORK_MS);
    return { done, remaining };
  };
  app.openapi(evaluateAlerts, async (c) => c.json(await evaluateAll(), 200));
  app.openapi(evaluateAlertsByGet, async (c) => c.json(await evaluateAll(), 200));
}
