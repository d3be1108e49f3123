import type { QueryFilter } from '@sightglass/contract/querySpec';
import { type QueryRow, textOf } from '../../api/metrics.ts';
import { errorRateColumn } from '../../measures/cells.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';

interface AgentTablesProps {
  agentId: string;
  filters: QueryFilter[];
}

/** Which models and tools it used in the range, and what failed. */
export function AgentTables({ agentId, filters }: AgentTablesProps) {
  const modelOf = (row: QueryRow) => ({ agent_id: agentId, model: textOf(row, 'model') });
  const calls: MeasureColumn = { label: 'Calls', measure: 'calls', unit: 'count' };
  const p95: MeasureColumn = { label: 'p95', measure: 'latency_ms_p95', unit: 'ms', title: '95 % of the calls took at most this' };
  return (
    <>
      <div className="agent-tables">
        <MeasureTable
          title="Models"
          id="models"
          question={{ group_by: ['model'], filters: [...filters, { field: 'model', op: 'exists' }] }}
          columns={[
            { label: 'Cost', measure: 'cost_usd', unit: 'usd' },
            calls,
            errorRateColumn('error_rate', modelOf),
            p95,
            { label: 'Tokens', measure: 'total_tokens', unit: 'tokens' },
          ]}
          nameLabel="Model"
          renderName={(row) => (
            <TracesLink filters={modelOf(row)} title="Its traces with this model">
              {textOf(row, 'model')}
            </TracesLink>
          )}
          empty="It called no model."
        />
        <MeasureTable
          title="Tools"
          id="tools"
          question={{
            group_by: ['tool_name'],
            filters: [...filters, { field: 'tool_name', op: 'exists' }, { field: 'kind', op: '=', value: 'tool' }],
          }}
          columns={[calls, errorRateColumn('error_rate'), p95]}
          nameLabel="Tool"
          renderName={(row) => (
            <TracesLink filters={{ agent_id: agentId, q: textOf(row, 'tool_name') }} title="Its traces in which the name of this tool occurs">
              {textOf(row, 'tool_name')}
            </TracesLink>
          )}
          empty="It ran no tool."
        />
      </div>
      <MeasureTable
        title="Failures"
        note="each counted once, where it began"
        id="failures"
        question={{
          group_by: ['error_type', 'status_message', 'name'],
          filters: [...filters, { field: 'status', op: 'in', value: ['error', 'timeout'] }],
        }}
        columns={[{ label: 'Failures', measure: 'trace_errors', unit: 'count' }]}
        keep={(row) => Number(row.trace_errors) > 0}
        nameLabel="What failed"
        renderName={(row) => (
          <span className="agent-failure">
            <TracesLink filters={{ agent_id: agentId, status: 'error', q: textOf(row, 'name') }} title="Its failed traces in which this name occurs">
              {textOf(row, 'name')}
            </TracesLink>
            <small className="truncate" title={textOf(row, 'status_message') ?? undefined}>
              {[textOf(row, 'error_type'), textOf(row, 'status_message')].filter((words) => words !== null).join(': ') || 'It did not say why'}
            </small>
          </span>
        )}
        empty="Nothing failed."
      />
    </>
  );
}
