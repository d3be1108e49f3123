import type { Span, TraceSummary } from '@sightglass/contract/trace';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { spanQuery } from '../../api/traces.ts';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import { StatusTag, Tag } from '../../ui/Tag.tsx';
import { ConversationView } from './conversation/ConversationView.tsx';
import { FindingsPanel } from './findings/FindingsPanel.tsx';
import { SummaryStrip } from './header/SummaryStrip.tsx';
import { TraceActions } from './header/TraceActions.tsx';
import { TraceNotes } from './header/TraceNotes.tsx';
import { TraceSearch } from './header/TraceSearch.tsx';
import { TraceLogs } from './logs/TraceLogs.tsx';
import { traceLogsQuery } from './logs/traceLogs.ts';
import { stepInRing } from './model/errorOrder.ts';
import { millisecondsBetween, parseInstant } from './model/timestamps.ts';
import { toolRunsOf } from './model/toolSpans.ts';
import { buildTraceModel, failureCount, type TraceModel } from './model/traceModel.ts';
import { spanOf } from './model/traceTree.ts';
import { SpanPanel } from './span/SpanPanel.tsx';
import { TraceContext, type TraceViewName } from './traceContext.ts';
import { useMediaQuery } from '../../ui/useMediaQuery.ts';
import { useTraceNavigation } from './useTraceNavigation.ts';
import { useTraceSearch } from './useTraceSearch.ts';
import { useTraceShortcuts } from './useTraceShortcuts.ts';
import { useUrlSpan } from './useUrlSpan.ts';
import { Waterfall } from './waterfall/Waterfall.tsx';
import './loadedTrace.css';

interface LoadedTraceProps {
  traceId: string;
  data: { trace: TraceSummary; spans: Span[] };
  onReload: () => void;
}

/** A trace that has arrived. One selection holds for every view of it. */
export function LoadedTrace({ traceId, data, onReload }: LoadedTraceProps) {
  const model = useMemo(() => buildTraceModel(data), [data]);
  const toolRuns = useMemo(() => toolRunsOf(model.tree), [model]);
  const searchText = useSearchText();
  const setSearch = useSetSearchText();
  const view: TraceViewName = searchText.view === 'conversation' || searchText.view === 'logs' ? searchText.view : 'waterfall';
  const nodeOf = (spanId: string | null | undefined) => (spanId == null ? null : (model.tree.nodeOfSpan.get(spanId) ?? null));
  const [state, dispatch] = useTraceNavigation(model.tree, () => nodeOf(searchText.span));
  const openSpan = state.open === null ? null : spanOf(model.tree, state.open);
  useUrlSpan(openSpan?.span_id ?? null, (spanId) => {
    const node = nodeOf(spanId);
    dispatch(node === null ? { type: 'close' } : { type: 'go', node, open: true });
  });
  const search = useTraceSearch(model, state.cursor, dispatch);
  const searchInput = useRef<HTMLInputElement>(null);
  const setView = (next: TraceViewName) => setSearch({ view: next === 'waterfall' ? undefined : next });
  const stepError = (by: 1 | -1) => {
    const node = stepInRing(model.failed.origins, state.cursor, by);
    if (node !== null) dispatch({ type: 'go', node, open: true });
  };
  useTraceShortcuts({ model, state, dispatch, view, setView, search, searchInput, stepError });
  const permalink = () => {
    const url = new URL(location.pathname, location.origin);
    if (openSpan !== null) url.searchParams.set('span', openSpan.span_id);
    if (view !== 'waterfall') url.searchParams.set('view', view);
    return url.href;
  };
  const context = useMemo(() => ({ traceId, model, toolRuns, dispatch }), [traceId, model, toolRuns, dispatch]);
  const narrow = useMediaQuery('(max-width: 900px)');
  const stack = useRef<HTMLDivElement>(null);
  const sheet = narrow && openSpan !== null;
  useEffect(() => {
    // The sheet covers the lower part of a narrow screen; the row it belongs to moves into the rest.
    if (sheet) stack.current?.querySelector('[role="tabpanel"]')?.scrollIntoView({ block: 'start' });
  }, [sheet]);
  const layout = useDefaultLayout({ id: 'sightglass.trace.detail', storage: localStorage });
  const logCount = useLogCount(traceId, model);
  const events = useOpenEvents(traceId, model, state.open);

  const main = (
    <div className="trace-main">
      <SummaryStrip model={model} onErrorsChosen={() => stepError(1)} />
      <TraceNotes model={model} />
      <Tabs
        className="trace-views"
        label="View of the trace"
        value={view}
        onChange={setView}
        tabs={[
          { value: 'waterfall', label: 'Waterfall' },
          { value: 'conversation', label: 'Conversation', count: model.trace.llm_calls },
          { value: 'logs', label: 'Logs', ...(logCount === null ? {} : { count: logCount }) },
        ]}
        end={
          <div className="trace-tools">
            {view === 'waterfall' ? <CriticalPathNote model={model} /> : null}
            <TraceSearch
              inputRef={searchInput}
              query={search.query}
              matchCount={search.matches.length}
              matchIndex={search.current === null ? null : search.matches.indexOf(search.current)}
              onQueryChange={search.setQuery}
              onStep={search.step}
              onDone={() => {
                search.setQuery('');
                searchInput.current?.blur();
              }}
            />
          </div>
        }
      >
        {view === 'waterfall' ? (
          <Waterfall model={model} state={state} dispatch={dispatch} matches={search.matchSet} currentMatch={search.current} events={events} />
        ) : view === 'conversation' ? (
          <ConversationView open={state.open} />
        ) : (
          <TraceLogs />
        )}
      </Tabs>
    </div>
  );
  const side = state.open === null || openSpan === null ? <FindingsPanel /> : <SpanPanel node={state.open} span={openSpan} />;
  return (
    <Page
      title={model.trace.root_name || 'Trace'}
      heading={<TraceHeading model={model} />}
      actions={<TraceActions traceId={traceId} permalink={permalink} onReload={onReload} />}
      fill={!narrow}
    >
      <TraceContext value={context}>
        {narrow ? (
          <div ref={stack} className="trace-stack">
            {main}
            <div className="trace-side" data-sheet={sheet || undefined}>
              {side}
            </div>
          </div>
        ) : (
          <Group orientation="horizontal" id="trace-detail" className="trace-group" {...layout}>
            <Panel id="main" minSize="360px">
              {main}
            </Panel>
            <Separator className="trace-separator" aria-label="Width of the detail" />
            <Panel id="detail" defaultSize="420px" minSize="280px" maxSize="70%">
              {side}
            </Panel>
          </Group>
        )}
      </TraceContext>
    </Page>
  );
}

function TraceHeading({ model }: { model: TraceModel }) {
  const { trace } = model;
  const failures = failureCount(model);
  return (
    <>
      <ListCrumb to="/traces" noun="trace" label="Traces" />
      <span className="truncate" title={trace.root_name}>
        {trace.root_name === '' ? 'no name' : trace.root_name}
      </span>
      {failures > 0 ? <Tag tone="crit">{formatQuantity(failures, 'error')}</Tag> : null}
      {model.runningCount > 0 ? <StatusTag status="running" /> : failures > 0 ? null : <StatusTag status={trace.status} />}
    </>
  );
}

function CriticalPathNote({ model }: { model: TraceModel }) {
  const pathMs = model.path.totalNs / 1e6;
  const rest = Math.max(0, model.tree.durationMs - pathMs);
  return (
    <span
      className="trace-path"
      title={`The chain of spans that determines how long the trace took. The remaining ${formatDurationMs(rest)} passed in the outermost spans themselves, or between them.`}
    >
      Underlined: critical path, {formatDurationMs(pathMs)} of {formatDurationMs(model.tree.durationMs)}
    </span>
  );
}

/** How many logs the trace has; null while that is not known, or when they are more than were read. */
function useLogCount(traceId: string, model: TraceModel): number | null {
  const { data, hasNextPage } = useInfiniteQuery(traceLogsQuery(traceId, model.trace));
  return data === undefined || hasNextPage ? null : data.pages.reduce((count, { items }) => count + items.length, 0);
}

/** The times of the open span's events, once its detail has been loaded for the panel. */
function useOpenEvents(traceId: string, model: TraceModel, open: number | null): { node: number; atMs: number[] } | null {
  const span = open === null ? null : spanOf(model.tree, open);
  const { data } = useQuery({ ...spanQuery(traceId, span?.span_id ?? ''), enabled: false });
  return useMemo(() => {
    const origin = model.tree.times.origin;
    if (open === null || origin === null || data === undefined || data.events.length === 0) return null;
    const instants = data.events.map((event) => parseInstant(event.time)).filter((instant) => instant !== null);
    return { node: open, atMs: instants.map((instant) => millisecondsBetween(origin, instant)) };
  }, [model, open, data]);
}
