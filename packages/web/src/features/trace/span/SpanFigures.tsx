import type { Span, SpanDetail } from '@sightglass/contract/trace';
import type { ReactNode } from 'react';
import { formatCount } from '../../../ui/formatCount.ts';
import { formatDurationMs, formatDurationNs } from '../../../ui/formatDuration.ts';
import { temperatureOf } from '../model/requestSettings.ts';
import { USAGE_KINDS, type SpanKind } from '@sightglass/contract/spanKinds';
import { dialectName, isEstimatedHere, tokenRuleWords } from '../model/tokenRuleWords.ts';
import './spanFigures.css';

const usageKinds: ReadonlySet<SpanKind> = new Set(USAGE_KINDS);

interface SpanFiguresProps {
  span: Span;
  /** Null while it is under way, and when it could not be loaded. */
  detail: SpanDetail | null;
  loading?: boolean;
  /** Start, in milliseconds since the trace's start. */
  startMs: number;
}

/** The numbers of a span. What was not sent is unknown; a 0 is a 0 that was sent. */
export function SpanFigures({ span, detail, loading = false, startMs }: SpanFiguresProps) {
  const isCall = usageKinds.has(span.kind);
  const approximate = span.usage_estimated ? '≈ ' : '';
  const rule = tokenRuleWords(span.token_rule);
  return (
    <section className="span-figures" aria-label="Figures">
      <dl>
        <Figure name="Duration">{`${formatDurationNs(span.duration_ns)}${span.status === 'running' ? ' so far' : ''}`}</Figure>
        {isCall ? (
          <>
            <Figure name="First token">{span.ttft_ms === null ? null : formatDurationMs(span.ttft_ms)}</Figure>
            <Tokens name="Input" count={span.input_tokens} approximate={approximate} />
            <Tokens name="Output" count={span.output_tokens} approximate={approximate} />
            <Tokens name="of which cached" count={span.cache_read_tokens} approximate={approximate} />
            {span.cache_write_tokens === null ? null : <Tokens name="written to cache" count={span.cache_write_tokens} approximate={approximate} />}
            <Tokens name="of which reasoning" count={span.reasoning_tokens} approximate={approximate} />
            <Figure name="Finish">{span.finish_reason}</Figure>
            <Figure name="Temperature">{loading ? '…' : (temperatureOf(detail?.attributes ?? {})?.toString() ?? null)}</Figure>
          </>
        ) : (
          <>
            {span.tool_name === null || span.tool_name === span.name ? null : <Figure name="Tool">{span.tool_name}</Figure>}
            {span.finish_reason === null ? null : <Figure name="Finish">{span.finish_reason}</Figure>}
          </>
        )}
        <Figure name="Starts at">{`+${formatDurationMs(startMs)}`}</Figure>
        {span.service_name === null ? null : <Figure name="Service">{span.service_name}</Figure>}
        {span.environment === null ? null : <Figure name="Environment">{span.environment}</Figure>}
      </dl>
      {isCall && rule !== null ? (
        <p>
          {rule}
          {span.usage_estimated && !isEstimatedHere(span.token_rule) ? '. Token numbers are an estimate.' : ''}
        </p>
      ) : (
        <p>Sent as {dialectName(span.dialect)}</p>
      )}
      {span.superseded ? <p>A span inside this one reports the same call: its tokens and cost are counted there, not here.</p> : null}
    </section>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children === null || children === '' ? <span className="span-unknown">unknown</span> : children}</dd>
    </div>
  );
}

function Tokens({ name, count, approximate }: { name: string; count: number | null; approximate: string }) {
  return <Figure name={name}>{count === null ? null : `${approximate}${formatCount(count)}`}</Figure>;
}
