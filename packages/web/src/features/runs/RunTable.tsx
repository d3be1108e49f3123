import type { Run } from '@sightglass/contract/run';
import { CostCell, ErrorsCell, ItemName, Preview, TokensCell } from '../../lists/cells.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { StatusTag } from '../../ui/Tag.tsx';
import { RunDuration } from './RunDuration.tsx';
import { linkToRun, nameOfRun } from './runLink.ts';
import './runTable.css';
import '../../ui/table.css';

/** Runs under one another, on the page of what they belong to; cards on phones. */
export function RunTable({ runs }: { runs: readonly Run[] }) {
  return (
    <div className="table-scroll">
      <table className="table table-cards run-table">
        <TableHead columns={['Run', 'Started', num('Duration'), num('Cost'), num('Tokens'), num('Errors'), 'Input', 'Output']} />
        <tbody>
          {runs.map((run) => (
            <tr key={`${run.trace_id} ${run.span_id}`}>
              <th scope="row" className="table-name">
                <span className="run-table-name">
                  <StatusTag status={run.status} iconOnly />
                  <ItemName link={linkToRun(run)} tabStop title={`Run ${run.run_id}`}>
                    {nameOfRun(run)}
                  </ItemName>
                </span>
              </th>
              <td data-label="Started">
                <RelativeTime time={run.started_at} />
              </td>
              <td className="num" data-label="Duration">
                <RunDuration run={run} />
              </td>
              <td className="num" data-label="Cost">
                <CostCell item={run} />
              </td>
              <td className="num" data-label="Tokens">
                <TokensCell item={run} />
              </td>
              <td className="num" data-label="Errors">
                <ErrorsCell errors={run.errors} />
              </td>
              <td className="run-table-text" data-label="Input">
                <Preview text={run.input_context} />
              </td>
              <td className="run-table-text" data-label="Output">
                <Preview text={run.output_summary} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
