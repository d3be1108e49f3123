import { ChevronsDownUp, ChevronsUpDown, ZoomOut } from 'lucide-react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { IconButton } from '../../../ui/Button.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import type { Tick, TimeWindow } from '../model/timeScale.ts';
import './timeAxis.css';

interface TimeAxisProps {
  spanCount: number;
  /** Width of the whole head, without the scroll bar below it. */
  widthPx: number;
  ticks: readonly Tick[];
  window: TimeWindow;
  /** Where the axis lies, from the left edge of the bars. */
  plot: { x: number; width: number };
  zoomed: boolean;
  canFold: boolean;
  onTreeWidthChange: (px: number) => void;
  onFoldAll: () => void;
  onUnfoldAll: () => void;
  onZoomReset: () => void;
}

/** Beyond the plot there is this much room before the edge. */
const PLOT_MARGIN_PX = 10;
const CHARACTER_PX = 6.2;
/** The room that the button takes which shows all again. */
const RESET_PX = 16;

/** About how wide a label is, with its distance from the line. */
function labelPx(label: string): number {
  return label.length * CHARACTER_PX + 5;
}

/** The head of the waterfall: what the tree counts, the handle between tree and bars, and the ticks of the time axis. */
export function TimeAxis(props: TimeAxisProps) {
  const { spanCount, widthPx, ticks, window, plot, zoomed, canFold } = props;
  const layout = useDefaultLayout({ id: 'sightglass.trace.tree', storage: localStorage });
  const xOf = (ms: number) => plot.x + ((ms - window.fromMs) / (window.toMs - window.fromMs)) * plot.width;
  return (
    <div className="wf-head" style={{ width: `${widthPx}px` }}>
      <Group orientation="horizontal" id="trace-tree" {...layout}>
        <Panel id="tree" defaultSize="38%" minSize="110px" maxSize="75%" onResize={(size) => props.onTreeWidthChange(Math.round(size.inPixels))}>
          <div className="wf-head-tree">
            <span className="wf-head-count">{formatQuantity(spanCount, 'span')}</span>
            {canFold ? (
              <>
                <IconButton label="Fold all below the first level" onClick={props.onFoldAll}>
                  <ChevronsDownUp aria-hidden="true" />
                </IconButton>
                <IconButton label="Unfold all" onClick={props.onUnfoldAll}>
                  <ChevronsUpDown aria-hidden="true" />
                </IconButton>
              </>
            ) : null}
          </div>
        </Panel>
        <Separator className="wf-separator" aria-label="Width of the span names" />
        <Panel id="bars" minSize="20%">
          <div className="wf-ticks">
            {ticks
              .filter((tick) => !zoomed || xOf(tick.ms) + labelPx(tick.label) < plot.x + plot.width - RESET_PX)
              .map((tick) => (
                <span
                  key={tick.ms}
                  aria-hidden="true"
                  data-last={xOf(tick.ms) + labelPx(tick.label) > plot.x + plot.width + PLOT_MARGIN_PX || undefined}
                  style={{ left: `${xOf(tick.ms)}px` }}
                >
                  {tick.label}
                </span>
              ))}
            {zoomed ? (
              <IconButton label="Show all" keys="0" className="wf-zoom-reset" variant="default" onClick={props.onZoomReset}>
                <ZoomOut aria-hidden="true" />
              </IconButton>
            ) : null}
          </div>
        </Panel>
      </Group>
    </div>
  );
}
