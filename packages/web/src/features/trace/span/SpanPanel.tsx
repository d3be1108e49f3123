import type { Span, SpanDetail } from '@sightglass/contract/trace';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { spanQuery } from '../../../api/traces.ts';
import { IconButton } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { KindTag, StatusTag } from '../../../ui/Tag.tsx';
import { SpanLogs } from '../logs/SpanLogs.tsx';
import { isFailed } from '../model/errorOrder.ts';
import { RUNNING_REFRESH_MS } from '../model/refreshInterval.ts';
import { countsUsage } from '../model/subtreeTotals.ts';
import { nodeName } from '../model/traceModel.ts';
import { useTrace } from '../traceContext.ts';
import { useSettled } from '../useSettled.ts';
import { AttributeTable } from './AttributeTable.tsx';
import { CostBlock } from './CostBlock.tsx';
import { EventsOfRun } from './EventsOfRun.tsx';
import { EventList } from './EventList.tsx';
import { FailureBlock } from './FailureBlock.tsx';
import { LinkList } from './LinkList.tsx';
import { SpanFigures } from './SpanFigures.tsx';
import { SpanPayload, TOLD_BY_ATTRIBUTES } from './SpanPayload.tsx';
import { FoldedSection } from './SpanSection.tsx';
import './spanPanel.css';

const SETTLE_MS = 120;

/** Everything about one span. What the list knows is shown at once, the rest when it has come. */
export function SpanPanel({ node, span }: { node: number; span: Span }) {
  const { traceId, model, dispatch } = useTrace();
  // Running down the tree must not ask for every span on the way.
  const spanId = useSettled(span.span_id, SETTLE_MS);
  const query = useQuery({
    ...spanQuery(traceId, spanId),
    staleTime: span.status === 'running' ? RUNNING_REFRESH_MS : Number.POSITIVE_INFINITY,
    // Until what was read is itself the end: the list may know of it first.
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? RUNNING_REFRESH_MS : false),
    structuralSharing: false,
  });
  const detail = spanId === span.span_id && query.data?.span_id === span.span_id ? query.data : null;
  const failed = query.error !== null && spanId === span.span_id;
  const loading = detail === null && !failed;
  const top = useRef<HTMLDivElement>(null);
  const shown = useRef(span.span_id);
  useEffect(() => {
    if (shown.current === span.span_id) return;
    shown.current = span.span_id;
    top.current?.scrollTo({ top: 0 });
  }, [span.span_id]);
  return (
    <aside ref={top} className="span-panel" aria-label={`Span ${nodeName(model.tree, node)}`} tabIndex={-1}>
      <header className="span-head">
        <div className="span-title">
          <KindTag kind={span.kind} />
          <h2 title={span.name}>{nodeName(model.tree, node)}</h2>
          {isFailed(span.status) || span.status !== 'success' ? <StatusTag status={span.status} /> : null}
          <IconButton label="Close the detail" keys="Esc" onClick={() => dispatch({ type: 'close' })}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
        <div className="span-ids">
          <code>{span.span_id}</code>
          <CopyButton text={span.span_id} label="Copy span id" />
          <ModelNames span={span} />
        </div>
      </header>
      <FailureBlock span={detail ?? span} node={node} />
      <SpanFigures span={span} detail={detail} loading={loading} startMs={model.tree.startMs[node] ?? 0} />
      <EventsOfRun span={span} />
      {countsUsage(span) || span.cost_usd !== null ? <CostBlock span={span} detail={detail} loading={loading} /> : null}
      {detail !== null ? (
        <DetailSections detail={detail} node={node} />
      ) : failed ? (
        <ProblemState error={query.error} what="The span could not be loaded" onRetry={() => void query.refetch()} />
      ) : (
        <DetailSkeleton />
      )}
    </aside>
  );
}

function DetailSections({ detail, node }: { detail: SpanDetail; node: number }) {
  const attributes = Object.keys(detail.attributes).length;
  const resource = Object.keys(detail.resource).length;
  const reported = Object.keys(detail.usage_reported).length;
  return (
    <>
      <SpanPayload key={detail.span_id} detail={detail} node={node} />
      {attributes === 0 ? null : (
        <FoldedSection title="Attributes" note={attributes} startsOpen={TOLD_BY_ATTRIBUTES.has(detail.kind)} key={`attributes ${detail.span_id}`}>
          <AttributeTable attributes={detail.attributes} label="attributes" />
        </FoldedSection>
      )}
      {detail.events.length === 0 ? null : (
        <FoldedSection title="Events" note={detail.events.length}>
          <EventList events={detail.events} startTime={detail.start_time} />
        </FoldedSection>
      )}
      <SpanLogs key={`logs ${detail.span_id}`} spanId={detail.span_id} />
      {detail.links.length === 0 ? null : (
        <FoldedSection title="Links" note={detail.links.length}>
          <LinkList links={detail.links} />
        </FoldedSection>
      )}
      {reported === 0 ? null : (
        <FoldedSection title="Tokens as reported" note={formatQuantity(reported, 'number')}>
          <AttributeTable attributes={detail.usage_reported} label="reported token numbers" />
        </FoldedSection>
      )}
      {resource === 0 ? null : (
        <FoldedSection title="Resource" note={resource}>
          <AttributeTable attributes={detail.resource} label="resource attributes" />
        </FoldedSection>
      )}
    </>
  );
}

function ModelNames({ span }: { span: Span }) {
  const answered = span.response_model ?? span.request_model;
  if (answered === null) return null;
  const asked = span.request_model !== null && span.request_model !== answered ? ` (asked for ${span.request_model})` : '';
  return <span className="span-model">{`${span.provider === null ? '' : `${span.provider} · `}${answered}${asked}`}</span>;
}

function DetailSkeleton() {
  return (
    <div className="span-skeleton" role="status">
      <span className="visually-hidden">Loading the span</span>
      <Skeleton width="40%" height="14px" />
      <Skeleton height="64px" />
      <Skeleton height="40px" />
      <Skeleton width="60%" height="14px" />
    </div>
  );
}
