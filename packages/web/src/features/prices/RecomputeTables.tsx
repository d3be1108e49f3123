import type { RecomputeResult } from '@sightglass/contract/routes/pricing';
import type { ReactNode } from 'react';
import { formatCount } from '../../ui/formatCount.ts';
import { formatMoneyExact } from '../../ui/formatMoney.ts';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { differenceWords } from './recomputeModel.ts';

/** What a recompute comes to, by model and by agent, exactly. */
export function RecomputeTables({ result }: { result: RecomputeResult }) {
  if (result.spans === 0) return null;
  return (
    <>
      <p className="dim">Sums of known costs: calls without a price are in none of them.</p>
      <DifferenceTable
        nameLabel="Model"
        rows={result.by_model.map((row) => ({
          ...row,
          key: `${row.provider} ${row.model}`,
          name: (
            <>
              {row.model ?? <span className="dim">not named</span>}
              {row.provider === null ? null : <span className="dim recompute-provider">{row.provider}</span>}
            </>
          ),
        }))}
        total={result}
      />
      <DifferenceTable
        nameLabel="Agent"
        rows={result.by_agent.map((row) => ({ ...row, key: `${row.agent_id}`, name: row.agent_id ?? <span className="dim">not named</span> }))}
        total={result}
      />
    </>
  );
}

interface Sums {
  spans: number;
  changed: number;
  before_usd: string;
  after_usd: string;
}

function DifferenceTable({ nameLabel, rows, total }: { nameLabel: string; rows: readonly (Sums & { key: string; name: ReactNode })[]; total: Sums }) {
  return (
    <div className="table-scroll">
      <table className="table table-cards recompute-table" aria-label={`By ${nameLabel.toLowerCase()}`}>
        <TableHead columns={[nameLabel, num('Calls'), num('Changed'), num('Before'), num('After'), num('Difference')]} />
        <tbody>
          {rows.map(({ key, name, ...sums }) => (
            <SumsRow key={key} name={name} sums={sums} />
          ))}
        </tbody>
        {rows.length < 2 ? null : (
          <tfoot>
            <SumsRow name="All" sums={total} />
          </tfoot>
        )}
      </table>
    </div>
  );
}

function SumsRow({ name, sums }: { name: ReactNode; sums: Sums }) {
  const difference = differenceWords(sums);
  return (
    <tr>
      <th scope="row" className="table-name">
        <span>{name}</span>
      </th>
      <td className="num" data-label="Calls">
        {formatCount(sums.spans)}
      </td>
      <td className="num" data-label="Changed">
        <span className={sums.changed === 0 ? 'dim' : undefined}>{formatCount(sums.changed)}</span>
      </td>
      <td className="num" data-label="Before">
        {formatMoneyExact(sums.before_usd)}
      </td>
      <td className="num" data-label="After">
        {formatMoneyExact(sums.after_usd)}
      </td>
      <td className="num" data-label="Difference">
        <span className={difference === 'no change' ? 'dim' : undefined}>{difference}</span>
      </td>
    </tr>
  );
}
