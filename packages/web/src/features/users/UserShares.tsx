import type { UserDetail } from '@sightglass/contract/user';
import { formatCount, formatTokenFlow } from '../../ui/formatCount.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { Money } from '../../ui/Money.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import '../../ui/table.css';

interface Share {
  name: string | null;
  title: string;
  calls: number;
  errors: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: string | null;
}

/** What each agent did for the user, the dearest first. */
export function AgentShares({ shares }: { shares: UserDetail['by_agent'] }) {
  return (
    <ShareTable
      title="Agents"
      nameLabel="Agent"
      missing="no agent named"
      shares={shares.map((share) => ({ ...share, name: share.agent_id, title: share.agent_id ?? '' }))}
    />
  );
}

/** What each model did for the user, the dearest first. */
export function ModelShares({ shares }: { shares: UserDetail['by_model'] }) {
  return (
    <ShareTable
      title="Models"
      nameLabel="Model"
      missing="no model named"
      shares={shares.map((share) => ({
        ...share,
        name: share.model,
        title: [share.model, share.provider].filter((each) => each !== null).join(', '),
      }))}
    />
  );
}

function ShareTable({ title, nameLabel, missing, shares }: { title: string; nameLabel: string; missing: string; shares: readonly Share[] }) {
  if (shares.length === 0) return null;
  return (
    <Panel title={title}>
      <div className="table-scroll">
        <table className="table table-cards">
          <TableHead columns={[nameLabel, num('Calls'), num('Failed'), num('Tokens'), num('Cost')]} />
          <tbody>
            {shares.map(({ name, title: full, calls, errors, input_tokens, output_tokens, cost_usd }) => (
              <tr key={name ?? ''}>
                <th scope="row" className="table-name">
                  {name === null ? (
                    <span className="dim">{missing}</span>
                  ) : (
                    <span className="truncate" title={full}>
                      {name}
                    </span>
                  )}
                </th>
                <td className="num" data-label="Calls">
                  {formatCount(calls)}
                </td>
                <td className={errors > 0 ? 'num worse' : 'num'} data-label="Failed">
                  {formatCount(errors)}
                </td>
                <td className="num" data-label="Tokens">
                  {formatTokenFlow(input_tokens, output_tokens) ?? NOT_SENT}
                </td>
                <td className="num" data-label="Cost">
                  <Money usd={cost_usd} missing="No priced call" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
