import type { Run } from '@sightglass/contract/run';
import { SPAN_STATUSES } from '@sightglass/contract/spanKinds';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { CostCell, ErrorsCell, ItemName, Missing, Preview, TokensCell, ValueCell } from '../../lists/cells.tsx';
import type { ItemList } from '../../lists/itemList.ts';
import { NothingHere } from '../../lists/NothingHere.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { StatusTag } from '../../ui/Tag.tsx';
import { RunDuration } from './RunDuration.tsx';
import { nodesInWords } from './nodeWords.ts';
import { linkToRun, nameOfRun } from './runLink.ts';

/** How one narrows the run list. */
export const RUN_FILTERS: FilteredList = {
  noun: 'run',
  searched: 'ids, steps, inputs, outputs, errors',
  source: 'spans',
  measure: 'runs',
  facets: [
    { kind: 'choice', name: 'status', label: 'Status', primary: true, options: SPAN_STATUSES, several: true },
    valuesFacet('agent_id', 'Agent', true),
    valuesFacet('user_id', 'User', true),
    valuesFacet('session_id', 'Session', true),
    { kind: 'least', name: 'min_duration_ms', label: 'Duration', primary: true, unit: 'ms', steps: ['1000', '10000', '60000'] },
    { kind: 'least', name: 'min_cost_usd', label: 'Cost', primary: true, unit: 'usd', steps: ['0.01', '0.1', '1'] },
    valuesFacet('department', 'Department', false),
    valuesFacet('flow_id', 'Flow', false),
    valuesFacet('environment', 'Environment', false),
    { kind: 'id', name: 'run_id', label: 'Run id', primary: false },
  ],
};

export const RUN_LIST: ItemList<Run> = {
  title: 'Runs',
  list: RUN_FILTERS,
  path: '/api/obs/runs',
  pinned: { status: 'running' },
  sorts: {
    started_at: ['newest first', 'oldest first'],
    duration: ['slowest first', 'fastest first'],
    cost: ['costliest first', 'cheapest first'],
    tokens: ['most tokens first', 'fewest tokens first'],
    errors: ['most errors first', 'fewest errors first'],
  },
  idOf: ({ trace_id, span_id }) => `${trace_id} ${span_id}`,
  linkOf: linkToRun,
  columns: [
    {
      id: 'status',
      label: 'Status',
      width: 40,
      headerHidden: true,
      cell: ({ status }) => (
        <FilterValue name="status" label="status" value={status}>
          <StatusTag status={status} iconOnly />
        </FilterValue>
      ),
    },
    { id: 'agent', label: 'Agent', width: 160, cell: (run) => <RunName run={run} /> },
    { id: 'started', label: 'Started', width: 92, sort: 'started_at', cell: ({ started_at }) => <RelativeTime time={started_at} /> },
    { id: 'duration', label: 'Duration', width: 104, sort: 'duration', alignEnd: true, cell: (run) => <RunDuration run={run} /> },
    { id: 'cost', label: 'Cost', width: 100, sort: 'cost', alignEnd: true, cell: (run) => <CostCell item={run} /> },
    { id: 'tokens', label: 'Tokens', width: 116, sort: 'tokens', alignEnd: true, cell: (run) => <TokensCell item={run} /> },
    { id: 'errors', label: 'Errors', width: 68, sort: 'errors', alignEnd: true, cell: ({ errors }) => <ErrorsCell errors={errors} /> },
    { id: 'llm', label: 'LLM calls', width: 78, alignEnd: true, cell: ({ llm_calls }) => formatCount(llm_calls) },
    { id: 'tools', label: 'Tools', width: 62, alignEnd: true, cell: ({ tool_calls }) => formatCount(tool_calls) },
    { id: 'input', label: 'Input', width: 170, grows: true, cell: ({ input_context }) => <Preview text={input_context} /> },
    { id: 'output', label: 'Output', width: 170, grows: true, cell: ({ output_summary }) => <Preview text={output_summary} /> },
    { id: 'nodes', label: 'Steps', width: 150, grows: true, cell: ({ execution_nodes }) => <Nodes nodes={execution_nodes} /> },
    { id: 'user', label: 'User', width: 110, cell: ({ user_id }) => <ValueCell name="user_id" label="user" value={user_id} /> },
    { id: 'session', label: 'Session', width: 110, cell: ({ session_id }) => <ValueCell name="session_id" label="session" value={session_id} /> },
    { id: 'flow', label: 'Flow', width: 100, cell: ({ flow_id }) => <ValueCell name="flow_id" label="flow" value={flow_id} /> },
  ],
  renderCard: (run) => (
    <>
      <div className="item-card-head">
        <StatusTag status={run.status} iconOnly />
        <RunName run={run} tabStop />
        <span className="dim item-card-time">
          <RelativeTime time={run.started_at} />
        </span>
      </div>
      <div className="item-card-facts">
        <span className="truncate dim">{nodesInWords(run.execution_nodes)}</span>
        <span>
          <RunDuration run={run} />
        </span>
        <span>
          <CostCell item={run} />
        </span>
      </div>
      <div className="truncate item-preview">{run.input_context ?? ''}</div>
    </>
  ),
  renderEmpty: () => (
    <NothingHere noun="run">
      A run is one execution of an agent: an agent span, a trace with a model or tool call, or a run_started event.
    </NothingHere>
  ),
};

function RunName({ run, tabStop = false }: { run: Run; tabStop?: boolean }) {
  return (
    <ItemName link={linkToRun(run)} tabStop={tabStop} title={`Run ${run.run_id}`}>
      {nameOfRun(run)}
    </ItemName>
  );
}

function Nodes({ nodes }: { nodes: readonly unknown[] }) {
  const words = nodesInWords(nodes);
  if (words === '') return <Missing />;
  return (
    <span className="truncate item-preview" title={words}>
      {words}
    </span>
  );
}
