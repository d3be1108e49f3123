import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { CostCell, TokensCell } from '../../../lists/cells.tsx';
import { routeOf } from '../../../lists/itemList.ts';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { StatusTag, Tag } from '../../../ui/Tag.tsx';
import { RunDuration } from '../../runs/RunDuration.tsx';
import { linkToRun, nameOfRun } from '../../runs/runLink.ts';
import { TurnBlock } from '../../trace/conversation/TurnBlock.tsx';
import type { ToolBlock } from '../../trace/model/messageThread.ts';
import type { ToolRun } from '../../trace/model/toolRuns.ts';
import type { NavigationAction } from '../../trace/model/traceNavigation.ts';
import { TraceContext } from '../../trace/traceContext.ts';
import type { ReplayedRun } from './useReplay.ts';

interface ReplayedRunBlockProps {
  replayed: ReplayedRun;
  number: number;
  runOf: (block: ToolBlock) => ToolRun | undefined;
}

/** One run of a session: its figures, linked to it, and its calls. A link to a span leads to its trace. */
export function ReplayedRunBlock({ replayed, number, runOf }: ReplayedRunBlockProps) {
  const { run, model, toolRuns, error, retry, turns } = replayed;
  const navigate = useNavigate();
  const context = useMemo(() => {
    if (model === null) return null;
    const traceId = run.trace_id;
    const dispatch = (action: NavigationAction) => {
      const span = action.type === 'go' ? model.tree.spans[action.node]?.span_id : undefined;
      if (span !== undefined) void navigate({ to: '/traces/$traceId', params: { traceId }, search: { span } });
    };
    return { traceId, model, toolRuns, dispatch };
  }, [model, toolRuns, run.trace_id, navigate]);
  return (
    <section className="replay-run" aria-label={`Run ${number}: ${nameOfRun(run)}`}>
      <header className="replay-run-head">
        <StatusTag status={run.status} iconOnly />
        <h2>
          <Link {...routeOf(linkToRun(run))} className="item-name truncate" title={`Run ${run.run_id}`}>
            {nameOfRun(run)}
          </Link>
        </h2>
        {run.errors > 0 ? <Tag tone="crit">{formatQuantity(run.errors, 'error')}</Tag> : null}
        <span className="replay-run-facts">
          <RelativeTime time={run.started_at} />
          <span>
            <RunDuration run={run} />
          </span>
          <span>
            <TokensCell item={run} />
          </span>
          <span>
            <CostCell item={run} />
          </span>
          <Link to="/traces/$traceId" params={{ traceId: run.trace_id }} search={{ span: run.span_id }} className="link">
            Trace
          </Link>
        </span>
      </header>
      {error === null ? null : <ProblemState error={error} what="The trace of this run could not be loaded" onRetry={retry} />}
      {context === null || turns.length === 0 ? (
        <WithoutCalls replayed={replayed} />
      ) : (
        <TraceContext value={context}>
          {turns.map((turn, i) => (
            <TurnBlock key={turn.node} turn={turn} number={i + 1} open={false} runOf={runOf} />
          ))}
        </TraceContext>
      )}
    </section>
  );
}

/** What a run was given and what came out, where no model was called or nothing of its calls is known. */
function WithoutCalls({ replayed: { run, left } }: { replayed: ReplayedRun }) {
  if (left > 0) return null;
  return (
    <dl className="replay-plain">
      {run.input_context === null ? null : (
        <div>
          <dt>Given</dt>
          <dd>{run.input_context}</dd>
        </div>
      )}
      {run.output_summary === null ? null : (
        <div>
          <dt>Answered</dt>
          <dd>{run.output_summary}</dd>
        </div>
      )}
      {run.input_context === null && run.output_summary === null ? (
        <p className="dim">{run.status === 'running' ? 'No model call of it has ended yet.' : 'No model call, and nothing that was said.'}</p>
      ) : null}
    </dl>
  );
}
