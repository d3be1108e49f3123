import type { RunDetail } from '@sightglass/contract/run';
import { formatCount, formatTokenFlow } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { Money } from '../../ui/Money.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import '../../ui/table.css';

/** What each model of a run did, the dearest first. */
export function ModelsOfRun({ models }: { models: RunDetail['models'] }) {
  if (models.length === 0) return null;
  return (
    <Panel title="Models">
      <div className="table-scroll">
        <table className="table">
          <TableHead columns={['Model', num('Calls'), num('Tokens'), num('Cost')]} />
          <tbody>
            {models.map(({ model, provider, calls, errors, input_tokens, output_tokens, cost_usd }) => (
              <tr key={model}>
                <th scope="row" className="table-name">
                  <span className="truncate" title={[model, provider].filter((each) => each !== null).join(', ')}>
                    {model}
                  </span>
                </th>
                <td className="num">
                  <Calls calls={calls} errors={errors} />
                </td>
                <td className="num">{formatTokenFlow(input_tokens, output_tokens) ?? NOT_SENT}</td>
                <td className="num">
                  <Money usd={cost_usd} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** How often each tool of a run was called, and how long that took in all. */
export function ToolsOfRun({ tools }: { tools: RunDetail['tools'] }) {
  if (tools.length === 0) return null;
  return (
    <Panel title="Tools">
      <div className="table-scroll">
        <table className="table">
          <TableHead columns={['Tool', num('Calls'), num('Time in all')]} />
          <tbody>
            {tools.map(({ tool_name, calls, errors, duration_ms }) => (
              <tr key={tool_name}>
                <th scope="row" className="table-name">
                  <span className="truncate" title={tool_name}>
                    {tool_name}
                  </span>
                </th>
                <td className="num">
                  <Calls calls={calls} errors={errors} />
                </td>
                <td className="num">{formatDurationMs(duration_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Calls({ calls, errors }: { calls: number; errors: number }) {
  return (
    <>
      {formatCount(calls)}
      {errors > 0 ? <span className="worse"> ({formatCount(errors)} failed)</span> : null}
    </>
  );
}
