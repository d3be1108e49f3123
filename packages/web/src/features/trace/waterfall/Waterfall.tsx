import { type Dispatch, type KeyboardEvent, type MouseEvent, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { ROW_PX, rowWindowAt, scrollTopCentring, scrollTopShowing } from '../model/rowWindow.ts';
import { fullWindow, isZoomed, panBy, ticksOf, zoomAt } from '../model/timeScale.ts';
import { type NavigationAction, rowIndexOf, type TraceNavigation } from '../model/traceNavigation.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { useElementSize } from '../useElementSize.ts';
import { BarCanvas } from './BarCanvas.tsx';
import type { BarScene } from './barPaint.ts';
import { indentFor } from './indent.ts';
import { Minimap } from './Minimap.tsx';
import { TimeAxis } from './TimeAxis.tsx';
import { rowId, TreeRow } from './TreeRow.tsx';
import './waterfall.css';

const PLOT_MARGIN_LEFT_PX = 8;
const PLOT_MARGIN_RIGHT_PX = 14;
const TICK_SPACING_PX = 84;
const WHEEL_ZOOM = 0.002;
/** Below this width names need the room of the costs. */
const TREE_NARROW_PX = 190;

interface WaterfallProps {
  model: TraceModel;
  state: TraceNavigation;
  dispatch: Dispatch<NavigationAction>;
  matches: ReadonlySet<number>;
  currentMatch: number | null;
  events: BarScene['events'];
}

/** Tree and bars of a trace in one scrolling list, of which only what is seen is drawn. */
export function Waterfall({ model, state, dispatch, matches, currentMatch, events }: WaterfallProps) {
  const { tree } = model;
  const scroller = useRef<HTMLDivElement>(null);
  const size = useElementSize(scroller);
  const [rowWindow, setRowWindow] = useState({ first: 0, end: 0 });
  const [treeWidth, setTreeWidth] = useState(0);
  const descriptionId = useId();
  const barsWidth = Math.max(0, size.width - treeWidth);
  const plot = useMemo(() => ({ x: PLOT_MARGIN_LEFT_PX, width: Math.max(1, barsWidth - PLOT_MARGIN_LEFT_PX - PLOT_MARGIN_RIGHT_PX) }), [barsWidth]);
  const ticks = useMemo(() => ticksOf(state.window, Math.max(2, Math.floor(plot.width / TICK_SPACING_PX))), [state.window, plot.width]);

  const depthMax = useMemo(() => tree.depth.reduce((max, depth) => Math.max(max, depth), 0), [tree]);
  const indent = useMemo(() => indentFor(treeWidth, depthMax), [treeWidth, depthMax]);

  const updateRows = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const next = rowWindowAt(element.scrollTop, element.clientHeight, state.rows.length);
    setRowWindow((before) => (before.first === next.first && before.end === next.end ? before : next));
  }, [state.rows]);
  useLayoutEffect(updateRows, [updateRows, size.height]);

  const { reveal, rows } = state;
  // A changed height may have put the cursor out of sight: then it is shown again.
  const revealed = useRef('');
  useLayoutEffect(() => {
    const element = scroller.current;
    const request = `${reveal.turn} ${size.height}`;
    if (element === null || element.clientHeight === 0 || revealed.current === request || reveal.node === -1) return;
    revealed.current = request;
    const index = rowIndexOf(tree, rows, reveal.node);
    const shown = scrollTopShowing(index, element.scrollTop, element.clientHeight);
    if (shown !== element.scrollTop) element.scrollTop = reveal.centred ? scrollTopCentring(index, element.clientHeight) : shown;
    updateRows();
  }, [tree, rows, reveal, size.height, updateRows]);

  const zoom = useRef({ state, plot, treeWidth });
  useLayoutEffect(() => {
    zoom.current = { state, plot, treeWidth };
  }, [state, plot, treeWidth]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    // Not passive: a zoom must not zoom or scroll the page too.
    const onWheel = (event: WheelEvent) => {
      const { state: now, plot: at, treeWidth: treePx } = zoom.current;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const x = event.clientX - element.getBoundingClientRect().left - treePx - at.x;
        const fraction = Math.min(1, Math.max(0, x / at.width));
        dispatch({ type: 'zoom', window: zoomAt(now.window, fraction, Math.exp(event.deltaY * WHEEL_ZOOM), tree.durationMs) });
      } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY) && isZoomed(now.window, tree.durationMs)) {
        event.preventDefault();
        dispatch({ type: 'zoom', window: panBy(now.window, sideways / at.width, tree.durationMs) });
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [dispatch, tree]);

  const onClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const node = Number(target?.closest<HTMLElement>('[data-node]')?.dataset.node ?? Number.NaN);
    if (Number.isNaN(node)) return;
    dispatch(target?.closest('.tree-fold')?.tagName === 'BUTTON' ? { type: 'toggle', node } : { type: 'go', node, open: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionForKey(event.key, Math.max(1, Math.floor(size.height / ROW_PX) - 2));
    if (action === null) return;
    event.preventDefault();
    dispatch(action);
  };

  const drawn = Array.from(rows.subarray(rowWindow.first, rowWindow.end));
  const cursorDrawn = drawn.includes(state.cursor);
  return (
    <>
      <div className="wf-minimap">
        <Minimap model={model} window={state.window} onZoom={(window) => dispatch({ type: 'zoom', window })} />
      </div>
      <TimeAxis
        spanCount={tree.spans.length}
        widthPx={size.width}
        ticks={ticks}
        window={state.window}
        plot={plot}
        zoomed={isZoomed(state.window, tree.durationMs)}
        canFold={tree.roots.length < tree.nodeCount}
        onTreeWidthChange={setTreeWidth}
        onFoldAll={() => dispatch({ type: 'fold-all' })}
        onUnfoldAll={() => dispatch({ type: 'unfold-all' })}
        onZoomReset={() => dispatch({ type: 'zoom', window: fullWindow(tree.durationMs) })}
      />
      <p id={descriptionId} className="visually-hidden">
        {describe(model)}
      </p>
      <div
        className="wf"
        role="treegrid"
        aria-label="Spans"
        aria-describedby={descriptionId}
        aria-rowcount={rows.length + 1}
        aria-colcount={3}
        tabIndex={0}
        {...(cursorDrawn ? { 'aria-activedescendant': rowId(state.cursor) } : {})}
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className="visually-hidden">
          <div role="row" aria-rowindex={1}>
            <span role="columnheader">Span</span>
            <span role="columnheader">Cost or tokens</span>
            <span role="columnheader">Time</span>
          </div>
        </div>
        <div ref={scroller} role="rowgroup" className="wf-scroll" tabIndex={-1} onScroll={updateRows}>
          <div role="presentation" className="wf-all" style={{ height: `${rows.length * ROW_PX}px` }}>
            <div
              role="presentation"
              className="wf-drawn"
              data-narrow={treeWidth < TREE_NARROW_PX || undefined}
              style={{ transform: `translateY(${rowWindow.first * ROW_PX}px)`, '--tree-width': `${treeWidth}px` } as Record<string, string>}
            >
              {drawn.map((node, i) => (
                <TreeRow
                  key={node}
                  model={model}
                  node={node}
                  index={rowWindow.first + i}
                  indent={indent}
                  collapsed={state.collapsed.has(node)}
                  atCursor={node === state.cursor}
                  open={node === state.open}
                  match={node === currentMatch ? 'current' : matches.has(node) ? 'match' : 'none'}
                />
              ))}
              <BarCanvas
                model={model}
                rows={rows}
                rowWindow={rowWindow}
                window={state.window}
                ticks={ticks}
                leftPx={treeWidth}
                widthPx={barsWidth}
                plot={plot}
                events={events}
              />
            </div>
          </div>
        </div>
      </div>
    </>
  );
}

/** What the keys of a tree do (ARIA Authoring Practices, treegrid). */
function actionForKey(key: string, pageRows: number): NavigationAction | null {
  switch (key) {
    case 'ArrowDown':
      return { type: 'move', by: 1 };
    case 'ArrowUp':
      return { type: 'move', by: -1 };
    case 'PageDown':
      return { type: 'move', by: pageRows };
    case 'PageUp':
      return { type: 'move', by: -pageRows };
    case 'Home':
      return { type: 'first' };
    case 'End':
      return { type: 'last' };
    case 'ArrowLeft':
      return { type: 'fold' };
    case 'ArrowRight':
      return { type: 'unfold' };
    case 'Enter':
    case ' ':
      return { type: 'open' };
    default:
      return null;
  }
}

/** The picture in a sentence, for those who cannot see it. */
function describe({ tree, path, failed }: TraceModel): string {
  const failures = failed.origins.length === 0 ? 'Nothing failed.' : `${formatQuantity(failed.origins.length, 'failure')}.`;
  return `Waterfall of ${formatQuantity(tree.spans.length, 'span')} over ${formatDurationMs(tree.durationMs)}. Critical path: ${formatDurationMs(path.totalNs / 1e6)} in ${formatQuantity(path.spanIds.size, 'span')}. ${failures} Each row names its start and length.`;
}
