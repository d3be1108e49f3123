import type { UnpricedModel } from '@sightglass/contract/routes/pricing';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UNPRICED_MAX, unpricedQuery } from '../../api/prices.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { canFilterBy } from '../../filters/facets.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import type { SearchText } from '../../routing/searchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { formatCount, formatTokenFlow } from '../../ui/formatCount.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { num, TableHead, unseen } from '../../ui/TableHead.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { useMayChange } from '../settings/SettingsPage.tsx';
import { UNPRICED_REASONS } from './unpricedWords.ts';
import '../../ui/narrowCards.css';

const AGENTS_NAMED = 3;

/** Models that were called and have no price, with what helps. */
export function UnpricedPanel() {
  const { range } = useTimeRange();
  const refetchInterval = useRefetchInterval();
  const { data, error, refetch } = useQuery({ ...unpricedQuery(range), refetchInterval });
  const note = data === undefined || data.length < UNPRICED_MAX ? 'in the range, most calls first' : `the ${UNPRICED_MAX} with most calls`;
  return (
    <Panel title="Unpriced models" note={note}>
      {data === undefined ? (
        error === null ? (
          <p className="prices-text" aria-busy="true">
            <Skeleton width="320px" />
          </p>
        ) : (
          <ProblemState error={error} what="Unpriced models could not be read" onRetry={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <EmptyState title="Every call in this range has a cost" actions={<LongerRanges />}>
          Calls of a model that the price book does not know are listed here. They are never counted as $0.
        </EmptyState>
      ) : (
        <>
          <p className="prices-text">No cost of Sightglass includes these calls. They are shown as unpriced, never as $0.</p>
          <UnpricedTable models={data} />
        </>
      )}
    </Panel>
  );
}

function UnpricedTable({ models }: { models: readonly UnpricedModel[] }) {
  const mayChange = useMayChange();
  return (
    <div className="narrow-scroll">
      <table className="table narrow-cards unpriced">
        <TableHead
          columns={['Model', 'Why', num('Calls'), num('Tokens'), 'Agents', num('Last call'), ...(mayChange ? [unseen('What helps')] : [])]}
        />
        <tbody>
          {models.map((each) => {
            const { label, text } = UNPRICED_REASONS[each.reason];
            return (
              <tr key={`${each.provider} ${each.model} ${each.reason}`}>
                <th scope="row" className="unpriced-name">
                  {each.model === null ? (
                    <span className="dim">not named</span>
                  ) : (
                    <Link to="/traces" search={(search) => ({ ...keepRange(search), ...ofModel(each) })} className="link">
                      {each.model}
                    </Link>
                  )}
                  {each.provider === null ? null : <span className="dim">{each.provider}</span>}
                </th>
                <td data-label="Why" className="unpriced-why narrow-whole">
                  <Tag tone={each.reason === 'stale' ? 'info' : 'warn'}>{label}</Tag> <span className="dim">{text}</span>
                </td>
                <td className="num" data-label="Calls">
                  {formatCount(each.calls)}
                </td>
                <td className="num" data-label="Tokens">
                  {formatTokenFlow(each.input_tokens, each.output_tokens) ?? NOT_SENT}
                </td>
                <td data-label="Agents" title={each.agents.join(', ')}>
                  {each.agents.length === 0 ? NOT_SENT : each.agents.slice(0, AGENTS_NAMED).join(', ')}
                  {each.agents.length > AGENTS_NAMED ? ' …' : ''}
                </td>
                <td className="num" data-label="Last call">
                  <RelativeTime time={each.last_call_at} />
                </td>
                {mayChange ? (
                  <td className="unpriced-action narrow-whole">
                    <Remedy model={each} />
                  </td>
                ) : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Remedy({ model }: { model: UnpricedModel }) {
  const { action } = UNPRICED_REASONS[model.reason];
  if (action === null || model.model === null) return null;
  if (action === 'recompute') {
    return (
      <Link
        to="/prices"
        search={(search) => ({ ...keepRange(search), view: 'recompute', preview: 'true', ...ofModel(model) })}
        className={buttonClass()}
      >
        Recompute
      </Link>
    );
  }
  return (
    <Link
      to="/prices/set"
      search={(search) => ({ ...keepRange(search), after: 'recompute', model: model.model ?? undefined, provider: model.provider ?? undefined })}
      className={buttonClass()}
    >
      Set a price and recompute
    </Link>
  );
}

/** Its calls as filters; a name that the URL would read as two is none. */
function ofModel({ provider, model }: UnpricedModel): SearchText {
  return {
    ...(model === null || !canFilterBy(model) ? {} : { model }),
    ...(provider === null || !canFilterBy(provider) ? {} : { provider }),
  };
}
