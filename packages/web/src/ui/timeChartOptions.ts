import uPlot from 'uplot';
import { type TimeZone, wallClock } from './formatTime.ts';
import type { TimeChartProps, TimeChartSeries } from './TimeChart.tsx';

interface Drawing {
  times: readonly number[];
  series: readonly TimeChartSeries[];
  shape: 'bars' | 'lines';
  zone: TimeZone;
  width: number;
  height: number;
  reach?: TimeChartProps['reach'] | undefined;
  band?: TimeChartProps['band'] | undefined;
  threshold?: TimeChartProps['threshold'] | undefined;
  stretches?: TimeChartProps['stretches'] | undefined;
  formatTick: (value: number) => string;
}

const AXIS_FONT = '11px "Inter Variable", system-ui, sans-serif';
/** Bars touch at this share of their interval. */
const BAR_SHARE = 0.82;
/** Pixels drawn and left out of a broken line. */
const DASH = [5, 4];
/** How strongly a band, and a stretch of time, is tinted, as two hexadecimal digits. */
const BAND_TINT = '26';
const STRETCH_TINT = '1f';
/** A stretch shorter than a pixel is seen all the same. */
const STRETCH_PIXELS_MIN = 2;

/** Options and data for uPlot in the colours of the current theme. Stacked bars are drawn as sums, the highest sum first, behind the others. */
export function drawnOptions({ times, series, shape, zone, width, height, reach = 0, band, threshold, stretches, formatTick }: Drawing): {
  options: uPlot.Options;
  data: uPlot.AlignedData;
} {
  const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colourOf = (index: number) => colour(`--c-${series[index]?.colour ?? (index % 7) + 1}`);
  const seconds = times.map((time) => time / 1000);
  const step = times.length < 2 ? 3600 : (seconds[1] ?? 0) - (seconds[0] ?? 0);
  const drawn = shape === 'bars' ? stack(series.map(({ values }) => values)) : series.map(({ values }) => values);
  // Behind first: the last of a stack is the whole of it.
  const order = series.map((_, index) => (shape === 'bars' ? series.length - 1 - index : index));
  const scaleTop = Math.max(reach, threshold ?? 0);
  const axis = { stroke: colour('--ink-3'), font: AXIS_FONT, ticks: { show: false } } as const;
  const crit = colour('--crit');
  const options: uPlot.Options = {
    width,
    height,
    hooks: {
      drawClear: [(plot) => tintStretches(plot, stretches ?? [], `${crit}${STRETCH_TINT}`)],
      draw: [(plot) => drawThreshold(plot, threshold ?? null, crit)],
    },
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: shape === 'lines' } },
    scales: {
      x: { time: true, range: (_plot, min, max) => (shape === 'bars' ? [min - step / 2, max + step / 2] : [min, max === min ? min + step : max]) },
      y: { range: (_plot, _min, max) => [0, Number.isFinite(max) && max > scaleTop ? max * 1.08 : scaleTop * (scaleTop > reach ? 1.08 : 1) || 1] },
    },
    axes: [
      { ...axis, size: 26, space: 70, grid: { show: false }, values: (_plot, splits) => timeTicks(splits, zone) },
      { ...axis, size: 58, space: 36, grid: { stroke: colour('--line'), width: 1 }, values: (_plot, splits) => splits.map(formatTick) },
    ],
    ...(band === undefined ? {} : { bands: [{ series: [band.high + 1, band.low + 1], fill: `${colourOf(band.high)}${BAND_TINT}` }] }),
    series: [
      {},
      ...order.map((index): uPlot.Series => {
        const stroke = colourOf(index);
        return shape === 'bars'
          ? {
              label: series[index]?.label ?? '',
              fill: stroke,
              width: 0,
              points: { show: false },
              ...(uPlot.paths.bars === undefined
                ? {}
                : { paths: uPlot.paths.bars({ size: [BAR_SHARE, 48], radius: series.length === 1 ? 0.1 : 0 }) }),
            }
          : {
              label: series[index]?.label ?? '',
              stroke,
              width: 1.75,
              ...(series[index]?.dashed === true ? { dash: DASH } : {}),
              spanGaps: false,
              points: { show: times.length < 60 || hasLonePoint(series[index]?.values ?? []), size: 4, fill: stroke },
              ...(series.length === 1 ? { fill: `${stroke}1f` } : {}),
            };
      }),
    ],
  };
  return { options, data: [seconds, ...order.map((index) => [...(drawn[index] ?? [])])] as uPlot.AlignedData };
}

function tintStretches(plot: uPlot, stretches: NonNullable<TimeChartProps['stretches']>, fill: string): void {
  const { ctx, bbox } = plot;
  const within = (ms: number) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(ms / 1000, 'x', true)));
  ctx.save();
  ctx.fillStyle = fill;
  for (const { fromMs, toMs } of stretches) {
    if (toMs / 1000 < (plot.scales.x?.min ?? 0) || fromMs / 1000 > (plot.scales.x?.max ?? 0)) continue;
    const [left, right] = [within(fromMs), within(toMs)];
    ctx.fillRect(left, bbox.top, Math.max(STRETCH_PIXELS_MIN, right - left), bbox.height);
  }
  ctx.restore();
}

function drawThreshold(plot: uPlot, threshold: number | null, stroke: string): void {
  if (threshold === null) return;
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(threshold, 'y', true)) + 0.5;
  if (y < bbox.top || y > bbox.top + bbox.height + 1) return;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(DASH.map((pixels) => pixels * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** A value between two that are missing makes no line: without a point it would not be seen. */
export const hasLonePoint = (values: readonly (number | null)[]): boolean =>
  values.some((value, index) => value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null);

/** Running sums: the n-th result holds the first n+1 series added up. */
export function stack(series: readonly (readonly (number | null)[])[]): number[][] {
  const sums: number[][] = [];
  for (const values of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, index) => (below?.[index] ?? 0) + (value ?? 0)));
  }
  return sums;
}

/** Times of day on the clock of the zone; at midnight, and on the first tick of a day, the date. */
export function timeTicks(splits: readonly number[], zone: TimeZone): string[] {
  const wide = splits.length > 1 && (splits[1] ?? 0) - (splits[0] ?? 0) >= 86_400;
  return splits.map((split) => {
    const { date, time } = wallClock(split * 1000, zone);
    return wide || time.startsWith('00:00') ? date.slice(5) : time.endsWith(':00') ? time.slice(0, 5) : time;
  });
}
