import type { RunDetail } from '@sightglass/contract/run';
import { Link } from '@tanstack/react-router';
import { canFilterBy } from '../../filters/facets.ts';
import { CostCell, TokensCell } from '../../lists/cells.tsx';
import { Fact, FactStrip } from '../../lists/FactStrip.tsx';
import { routeOf } from '../../lists/itemList.ts';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { formatCount, formatCountShort, formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { StatusTag, Tag } from '../../ui/Tag.tsx';
import { linkToSession } from '../sessions/sessionList.tsx';
import { linkToUser } from '../users/userList.tsx';
import { nodeName } from './nodeWords.ts';
import { RunContent } from './RunContent.tsx';
import { RunDuration } from './RunDuration.tsx';
import { RunFailures } from './RunFailures.tsx';
import { nameOfRun } from './runLink.ts';
import { RunSteps } from './RunSteps.tsx';
import { ModelsOfRun, ToolsOfRun } from './RunTables.tsx';
import { runAround } from './runAround.ts';
import '../../lists/itemPage.css';

/** A run that has arrived. */
export function LoadedRun({ run }: { run: RunDetail }) {
  const sent = sentNodes(run);
  return (
    <Page
      title={`Run of ${nameOfRun(run)}`}
      heading={
        <>
          <ListCrumb to="/runs" noun="run" label="Runs" />
          <span className="truncate" title={run.run_id}>
            {nameOfRun(run)}
          </span>
          {run.errors > 0 ? <Tag tone="crit">{formatQuantity(run.errors, 'error')}</Tag> : null}
          <StatusTag status={run.status} />
        </>
      }
      actions={<RunLinks run={run} />}
    >
      <div className="item-page">
        <RunFacts run={run} />
        <RunFailures run={run} />
        <div className="item-columns">
          <div>
            <RunContent title="Input" run={run} text={run.input_context} spanId={run.input_span_id} side="input" />
            <RunSteps run={run} />
            <RunContent title="Output" run={run} text={run.output_summary} spanId={run.output_span_id} side="output" />
          </div>
          <div>
            <ModelsOfRun models={run.models} />
            <ToolsOfRun tools={run.tools} />
            {sent === null ? null : (
              <Panel title="Executed nodes" note="as sent with the run">
                <ol className="run-nodes">
                  {sent.map((node, i) => (
                    // oxlint-disable-next-line react/no-array-index-key -- the list is as sent and never changes its order
                    <li key={i} className="truncate" title={nodeName(node)}>
                      {nodeName(node)}
                    </li>
                  ))}
                </ol>
              </Panel>
            )}
          </div>
        </div>
      </div>
    </Page>
  );
}

/** What the sender listed itself; null where the list is only that of the steps. */
function sentNodes({ execution_nodes: nodes, steps }: RunDetail): readonly unknown[] | null {
  const isOfSteps = nodes.every((node, i) => node === steps[i]?.name);
  return nodes.length === 0 || isOfSteps ? null : nodes;
}

function RunLinks({ run }: { run: RunDetail }) {
  const { trace_id, span_id, run_id, event_count, log_count } = run;
  return (
    <>
      {event_count > 0 && canFilterBy(run_id) ? (
        <Link to="/events" search={{ run_id, ...runAround(run) }} className={buttonClass()}>
          Events {formatCountShort(event_count)}
        </Link>
      ) : null}
      {log_count > 0 ? (
        <Link to="/logs" search={canFilterBy(run_id) ? { run_id, ...runAround(run) } : { trace_id, ...runAround(run) }} className={buttonClass()}>
          Logs {formatCountShort(log_count)}
        </Link>
      ) : null}
      <Link to="/traces/$traceId" params={{ traceId: trace_id }} search={{ span: span_id }} className={buttonClass('primary')}>
        Open the trace
      </Link>
    </>
  );
}

function RunFacts({ run }: { run: RunDetail }) {
  return (
    <FactStrip>
      <Fact name="Started">
        <RelativeTime time={run.started_at} />
      </Fact>
      <Fact name="Duration">
        <RunDuration run={run} />
      </Fact>
      <Fact name="Cost">
        <CostCell item={run} />
      </Fact>
      <Fact name="Tokens">
        <TokensCell item={run} />
      </Fact>
      <Fact name="LLM calls">{formatCount(run.llm_calls)}</Fact>
      <Fact name="Tool calls">{formatCount(run.tool_calls)}</Fact>
      <Fact name="Spans">{formatCount(run.span_count)}</Fact>
      <Fact name="User">
        {run.user_id === null ? null : (
          <Link {...routeOf(linkToUser({ user_id: run.user_id }))} className="link">
            {run.user_id}
          </Link>
        )}
      </Fact>
      <Fact name="Session">
        {run.session_id === null ? null : (
          <Link {...routeOf(linkToSession({ session_id: run.session_id }))} className="link">
            {run.session_id}
          </Link>
        )}
      </Fact>
      <Fact name="Department">{run.department}</Fact>
      <Fact name="Flow">{run.flow_id}</Fact>
      <Fact name="Environment">{run.environment}</Fact>
      <Fact name="Run id">
        <span className="run-id">
          <code className="mono truncate">{run.run_id}</code>
          <CopyButton text={run.run_id} label="Copy run id" />
        </span>
      </Fact>
    </FactStrip>
  );
}
