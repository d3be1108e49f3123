import type { Run } from '@sightglass/contract/run';
import { CostCell, ErrorsCell, ItemName, Preview, TokensCell } from '../../lists/cells.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
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
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Started</th>
            <th scope="col" className="num">
              Duration
            </th>
            <th scope="col" className="num">
              Cost
            </th>
            <th scope="col" className="num">
              Tokens
            </th>
            <th scope="col" className="num">
              Errors
            </th>
            <th scope="col">Input</th>
            <th scope="col">Output</th>
          </tr>
        </thead>
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
