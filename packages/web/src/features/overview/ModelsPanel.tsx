import { Link } from '@tanstack/react-router';
import { AlertTriangle } from 'lucide-react';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { keepRange } from '../../time/keepRange.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { countColumn, errorsColumn, USAGE_COLUMNS, USAGE_MEASURES } from './rankColumns.tsx';
import { RankPanel } from './RankPanel.tsx';

const NAMED_MAX = 3;
const QUESTION = {
  measures: [...USAGE_MEASURES, 'calls'],
  group_by: ['provider', 'model'],
  filters: [
    { field: 'model', op: 'exists' as const, value: true },
    { field: 'kind', op: 'in' as const, value: ['llm', 'embedding', 'reranker'] },
  ],
};

const ofModel = (row: QueryRow) => {
  const provider = textOf(row, 'provider');
  return { model: textOf(row, 'model') ?? '', ...(provider === null ? {} : { provider }) };
};
const COLUMNS = [countColumn('Calls', 'calls'), errorsColumn(ofModel), ...USAGE_COLUMNS];

/** Which models were called in the range, what they cost, and which of them have no price. */
export function ModelsPanel() {
  return (
    <RankPanel
      title="Models"
      question={QUESTION}
      empty="No model was called in this range"
      nameLabel="Model"
      columns={COLUMNS}
      renderNotice={(rows) => <UnpricedNotice rows={rows} />}
      rowKey={(row) => `${textOf(row, 'provider')} ${textOf(row, 'model')}`}
      renderName={(row) => {
        const filter = ofModel(row);
        const { model, provider } = filter;
        return (
          <span className="model-name">
            <Link
              to="/traces"
              search={(search) => ({ ...keepRange(search), ...filter })}
              className="link truncate"
              title={provider === undefined ? model : `${model} (${provider})`}
            >
              {model}
            </Link>
            {provider === undefined ? null : <span className="dim model-provider">{provider}</span>}
          </span>
        );
      }}
    />
  );
}

function UnpricedNotice({ rows }: { rows: readonly QueryRow[] }) {
  const unpriced = rows.filter((row) => (numberOf(row, 'unpriced_calls') ?? 0) > 0);
  if (unpriced.length === 0) return null;
  const calls = unpriced.reduce((total, row) => total + (numberOf(row, 'unpriced_calls') ?? 0), 0);
  const names = unpriced.slice(0, NAMED_MAX).map((row) => textOf(row, 'model'));
  const more = unpriced.length - names.length;
  return (
    <p className="models-unpriced">
      <AlertTriangle aria-hidden="true" />
      <span>
        {formatQuantity(calls, 'call')} of {names.join(', ')}
        {more > 0 ? ` and ${more} more` : ''} have no known price: no cost on this page includes them.{' '}
        <Link to="/prices" search={(search) => ({ ...keepRange(search), view: 'unpriced' })} className="link">
          Unpriced models
        </Link>
      </span>
    </p>
  );
}
