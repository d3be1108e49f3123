import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatMinute, type TimeZone } from './formatTime.ts';
import { useTheme } from './theme.ts';
import { drawnOptions } from './timeChartOptions.ts';
import './timeChart.css';

export interface TimeChartSeries {
  label: string;
  values: readonly (number | null)[];
  /** What the tooltip says for a point. */
  text: (index: number) => string;
  /** 1 to 7 of `--c-1` to `--c-7`; by the order of the series when absent. */
  colour?: number;
  /** An estimate: its line is broken. */
  dashed?: boolean;
}

export interface TimeChartProps {
  /** Start of each interval, epoch milliseconds, ascending. */
  times: readonly number[];
  series: readonly TimeChartSeries[];
  /** `bars` for sums of an interval, stacked when there are several; `lines` for what cannot be added. */
  shape: 'bars' | 'lines';
  /** Writes a number of the scale at the left. */
  formatTick: (value: number) => string;
  zone: TimeZone;
  /** What the chart says, for those who do not see it. */
  summary: string;
  height?: number;
  /** The scale goes up to this at least; absent: to the greatest value. */
  reach?: number;
  /** Two series of lines between which the chart is tinted: where the true value is expected. */
  band?: { high: number; low: number };
  /** A limit, drawn as a broken line across the chart; the scale reaches it. */
  threshold?: number | null;
  /** Stretches of time that are tinted, epoch milliseconds: while an alert was open, say. */
  stretches?: readonly { fromMs: number; toMs: number }[];
  /** A range was dragged out, epoch milliseconds. */
  onZoom?: (fromMs: number, toMs: number) => void;
}

interface Pointed {
  index: number;
  left: number;
  /** Whether there is more room at its left. */
  atRight: boolean;
}

/** A chart over time on a canvas, with a tooltip, and a drag that zooms. Colours are `--c-1` to `--c-7`. */
export function TimeChart(props: TimeChartProps) {
  // Colours are read while drawing, so another theme means another drawing.
  return <DrawnChart key={useTheme()} {...props} />;
}

function DrawnChart({ times, series, shape, formatTick, zone, summary, height = 220, reach, band, threshold, stretches, onZoom }: TimeChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const latest = useRef({ onZoom, formatTick });
  const [pointed, setPointed] = useState<Pointed | null>(null);
  useEffect(() => {
    latest.current = { onZoom, formatTick };
  });

  useEffect(() => {
    const element = holder.current;
    if (element === null || times.length === 0) return;
    const { options, data } = drawnOptions({
      times,
      series,
      shape,
      zone,
      width: element.clientWidth,
      height,
      reach,
      band,
      threshold,
      stretches,
      formatTick: (value) => latest.current.formatTick(value),
    });
    options.hooks = {
      ...options.hooks,
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx;
          const left = plot.cursor.left ?? -1;
          const inside = index !== null && index !== undefined && left >= 0;
          setPointed(
            inside ? { index, left: left + plot.bbox.left / devicePixelRatio, atRight: left > plot.bbox.width / devicePixelRatio / 2 } : null,
          );
        },
      ],
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          const from = plot.posToVal(plot.select.left, 'x') * 1000;
          const to = plot.posToVal(plot.select.left + plot.select.width, 'x') * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onZoom?.(from, to);
        },
      ],
    };
    const plot = new uPlot(options, data, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      setPointed(null);
    };
  }, [times, series, shape, zone, height, reach, band, threshold, stretches]);

  return (
    <div className="time-chart" style={{ minHeight: height }}>
      <div ref={holder} role="img" aria-label={summary} className={onZoom === undefined ? undefined : 'time-chart-zoomable'} />
      {pointed === null ? null : <ChartTooltip pointed={pointed} times={times} series={series} zone={zone} />}
    </div>
  );
}

interface ChartTooltipProps {
  pointed: Pointed;
  times: readonly number[];
  series: readonly TimeChartSeries[];
  zone: TimeZone;
}

function ChartTooltip({ pointed, times, series, zone }: ChartTooltipProps) {
  const time = times[pointed.index];
  if (time === undefined) return null;
  return (
    <div
      className={pointed.atRight ? 'time-chart-tooltip time-chart-tooltip-left' : 'time-chart-tooltip'}
      style={{ left: pointed.left }}
      aria-hidden="true"
    >
      <div className="time-chart-tooltip-time">{formatMinute(time, zone)}</div>
      {series.map((each, index) => (
        <div key={each.label} className="time-chart-tooltip-line">
          <i className={`chart-swatch chart-swatch-${each.colour ?? index + 1}`} />
          <span className="truncate">{each.label}</span>
          <b>{each.text(pointed.index)}</b>
        </div>
      ))}
    </div>
  );
}
