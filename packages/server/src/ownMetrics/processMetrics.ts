/** The process itself: what prom-client reads by default, and the event loop as we read it. */
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { OWN_METRICS } from './declarations.ts';
import { instrumentsOf } from './instruments.ts';

/**
 * Of prom-client's own: counts of open handles cost a walk over all of them, are gauges under names of counters, and tell nobody
 * anything; its delay of the event loop is NaN between two quick scrapes, and ours stands in for it.
 */
const LEFT_OUT = /^nodejs_(?:active_|eventloop_lag_)/;
const RESOLUTION_MS = 20;
/** Several that scrape must not take each other's figures: one window is told for this long. */
const WINDOW_MS_MIN = 5_000;
const NS_PER_SECOND = 1e9;

export interface ProcessMetrics {
  /** Brings the figures up to date, to be called before they are read. */
  update(): void;
  close(): void;
}

export function registerProcessMetrics(registry: Registry, nowMs: () => number): ProcessMetrics {
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) if (LEFT_OUT.test(name)) registry.removeSingleMetric(name);
  const make = instrumentsOf(registry);
  const delay = make.gauge(OWN_METRICS.eventLoopDelay);
  const utilization = make.gauge(OWN_METRICS.eventLoopUtilization);
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let windowBeganMs = nowMs();
  let busyBefore = performance.eventLoopUtilization();
  return {
    update: () => {
      if (delays.count === 0) return;
      for (const [quantile, seconds] of quantilesOf(delays)) delay.set({ quantile }, seconds);
      utilization.set(performance.eventLoopUtilization(busyBefore).utilization);
      if (nowMs() - windowBeganMs < WINDOW_MS_MIN) return;
      windowBeganMs = nowMs();
      busyBefore = performance.eventLoopUtilization();
      delays.reset();
    },
    close: () => void delays.disable(),
  };
}

/** A timer that runs on time is seen after the resolution. */
const lateBy = (ns: number) => Math.max(0, ns / NS_PER_SECOND - RESOLUTION_MS / 1000);
const quantilesOf = (delays: IntervalHistogram): [string, number][] => [
  ['0.5', lateBy(delays.percentile(50))],
  ['0.99', lateBy(delays.percentile(99))],
  ['1', lateBy(delays.max)],
];
