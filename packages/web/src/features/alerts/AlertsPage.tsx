import type { Alert } from '@sightglass/contract/alert';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { ALERTS_REFRESH_MS, alertPagesQuery } from '../../api/alerts.ts';
import { alertRuleQuery } from '../../api/alertRules.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { FilterBar } from '../../filters/FilterBar.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ActBar } from './ActBar.tsx';
import { alertFilters, alertList, type AlertView, readView } from './alertList.ts';
import { AlertsNav } from './AlertsNav.tsx';
import { AlertTable } from './AlertTable.tsx';
import { NoAlerts } from './NoAlerts.tsx';
import { useActRefusal } from './useActs.ts';
import './alerts.css';

const VIEW_WORDS: Readonly<Record<AlertView, { tab: string; title: string; order: string }>> = {
  open: { tab: 'Open', title: 'Open alerts', order: 'what nobody looks after first, then the gravest' },
  active: { tab: 'Active', title: 'Active alerts', order: 'gravest first' },
  acknowledged: { tab: 'Acknowledged', title: 'Acknowledged alerts', order: 'gravest first' },
  resolved: { tab: 'Resolved', title: 'Resolved alerts', order: 'newest first' },
};
const VIEW_TABS = Object.entries(VIEW_WORDS).map(([value, { tab }]) => ({ value: value as AlertView, label: tab }));

/** What must I do now? */
export function AlertsPage() {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const navigate = useNavigate();
  const refusal = useActRefusal();
  const searchBox = useRef<HTMLInputElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const [tickedIds, setTickedIds] = useState<ReadonlySet<string>>(new Set());
  const view = readView(search);
  // The rule of a link may have no alert on this page: its name is asked for.
  const linkedRule = useQuery({ ...alertRuleQuery(search.rule_id ?? ''), enabled: search.rule_id !== undefined }).data;
  const list = useMemo(() => alertList(new Map(linkedRule === undefined ? [] : [[linkedRule.id, linkedRule.name]])), [linkedRule]);
  const filters = alertFilters(list, search);
  const query = useInfiniteQuery({
    ...alertPagesQuery(filters),
    // Reading many pages again every few seconds would move the rows that someone is reading.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : ALERTS_REFRESH_MS),
  });
  const alerts = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data]);
  const ticked = (alerts ?? []).filter(({ id, status }) => status !== 'resolved' && tickedIds.has(id));
  const isNarrowed = Object.keys(filters).some((name) => name !== 'status');

  const position = alerts?.findIndex(({ id }) => id === activeId) ?? -1;
  const active = alerts?.[position];
  const step = (by: 1 | -1) => setActiveId((alerts?.[position < 0 ? 0 : position + by] ?? active)?.id ?? null);
  const tick = ({ id }: Alert) =>
    setTickedIds((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id])));
  useShortcuts([
    { keys: 'j', label: 'Next alert', group: 'List', run: () => step(1) },
    { keys: 'k', label: 'Previous alert', group: 'List', run: () => step(-1) },
    {
      keys: 'Enter',
      label: 'Open the alert',
      group: 'List',
      run: () => (active === undefined ? undefined : void navigate({ to: '/alerts/$alertId', params: { alertId: active.id } })),
    },
    { keys: 'x', label: 'Tick the alert', group: 'List', run: () => (active === undefined || refusal !== undefined ? undefined : tick(active)) },
    { keys: 'Escape', label: 'Leave the row', group: 'List', run: () => setActiveId(null) },
    { keys: '/', label: 'Search alerts', group: 'List', run: () => searchBox.current?.focus() },
  ]);

  const { title, order } = VIEW_WORDS[view];
  return (
    <Page title="Alerts">
      <AlertsNav />
      <div className="alerts-filters">
        <FilterBar list={list} searchBox={searchBox} />
      </div>
      <Panel
        title={title}
        note={
          alerts === undefined || alerts.length === 0
            ? undefined
            : `${formatQuantity(alerts.length, 'alert')}${query.hasNextPage ? ' and more' : ''} · ${order}`
        }
        end={
          <Tabs
            label="Which alerts"
            className="alerts-views"
            value={view}
            onChange={(next) => setSearch({ status: next === 'open' ? undefined : next }, { push: true })}
            tabs={VIEW_TABS}
          />
        }
      >
        <ActBar
          ticked={ticked}
          focused={active}
          mayTick={(alerts ?? []).some(({ status }) => status !== 'resolved')}
          onActed={(done) => setTickedIds((before) => new Set([...before].filter((id) => !done.has(id))))}
          onClear={() => setTickedIds(new Set())}
        />
        {alerts === undefined ? (
          query.error === null ? (
            <div className="alerts-pending" aria-busy="true">
              <Skeleton height="44px" />
              <Skeleton height="44px" />
              <Skeleton height="44px" />
            </div>
          ) : (
            <ProblemState error={query.error} what="The alerts could not be read" onRetry={() => void query.refetch()} />
          )
        ) : alerts.length === 0 ? (
          <NoAlerts view={view} isNarrowed={isNarrowed} />
        ) : (
          <AlertTable
            alerts={alerts}
            title={title}
            activeId={activeId}
            tickedIds={tickedIds}
            isStale={query.isPlaceholderData}
            onTick={tick}
            onTickAll={(all) => setTickedIds(new Set(all ? alerts.filter(({ status }) => status !== 'resolved').map(({ id }) => id) : []))}
          />
        )}
        {query.hasNextPage ? (
          <div className="alerts-more">
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
            </Button>
            {query.isFetchNextPageError ? <span className="worse">More could not be read. Try again.</span> : null}
          </div>
        ) : null}
      </Panel>
    </Page>
  );
}
