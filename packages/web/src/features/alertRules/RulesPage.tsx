import type { AlertRule } from '@sightglass/contract/alertRule';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { ALERT_RULES_KEY, alertRulePagesQuery, changeAlertRule } from '../../api/alertRules.ts';
import { measuresQuery } from '../../api/metrics.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { activeFilters } from '../../filters/facets.ts';
import { FilterBar } from '../../filters/FilterBar.tsx';
import { useSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { SaidLine } from '../../ui/SaidLine.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AlertsNav } from '../alerts/AlertsNav.tsx';
import { NO_MEASURES } from './formFields.ts';
import '../../measures/measureTable.css';
import '../../ui/narrowCards.css';
import '../../ui/switchCards.css';
import '../../ui/table.css';
import { DeleteRule } from './DeleteRule.tsx';
import { RULE_LIST } from './ruleList.ts';
import { RuleTable } from './RuleTable.tsx';
import './rules.css';

/** Rules change their state by themselves. */
const LOOK_AGAIN_MS = 15_000;

/** What is watched, whether it can be, and what is ready to be. */
export function RulesPage() {
  const mayChange = useShell().me.permissions.includes('alerts.write');
  const search = useSearchText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const searchBox = useRef<HTMLInputElement>(null);
  const filters = activeFilters(RULE_LIST, search);
  const query = useInfiniteQuery({ ...alertRulePagesQuery(filters), refetchInterval: LOOK_AGAIN_MS });
  const measures = useQuery(measuresQuery).data ?? NO_MEASURES;
  const [deleting, setDeleting] = useState<AlertRule | null>(null);
  const [said, setSaid] = useState('');
  const switching = useMutation({
    mutationFn: ({ rule, enabled }: { rule: AlertRule; enabled: boolean }) => changeAlertRule(rule.id, { enabled }),
    onSuccess: async ({ name, enabled }) => {
      await client.invalidateQueries({ queryKey: ALERT_RULES_KEY });
      setSaid(enabled ? `“${name}” is at work: it is looked at within a minute.` : `“${name}” is off; its open alerts were resolved.`);
    },
    onMutate: () => setSaid(''),
  });
  const rules = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data]);
  const own = rules?.filter(({ builtin }) => builtin === null) ?? [];
  const builtin = rules?.filter((rule) => rule.builtin !== null) ?? [];
  const isNarrowed = Object.keys(filters).length > 0;
  const saved = rules?.find(({ id }) => id === search.saved);
  const create = mayChange ? (
    <Link to="/alerts/rules/new" className={buttonClass('primary')}>
      <Plus aria-hidden="true" />
      Create a rule
    </Link>
  ) : (
    <Button variant="primary" disabled title="Your role may not change rules">
      <Plus aria-hidden="true" />
      Create a rule
    </Button>
  );
  const words = said === '' && saved !== undefined ? `“${saved.name}” is saved.` : said;
  const table = (some: readonly AlertRule[]) => (
    <RuleTable
      rules={some}
      measures={measures}
      mayChange={mayChange}
      busyId={switching.isPending ? switching.variables.rule.id : undefined}
      onSwitch={(rule, enabled) => switching.mutate({ rule, enabled })}
      onOpen={({ id }) => void navigate({ to: '/alerts/rules/$ruleId', params: { ruleId: id } })}
      onCopy={({ id }) => void navigate({ to: '/alerts/rules/new', search: { copy: id } })}
      onDelete={setDeleting}
    />
  );
  return (
    <Page title="Rules · Alerts" heading="Alerts" actions={create}>
      <AlertsNav />
      <div className="measures-filters">
        <FilterBar list={RULE_LIST} searchBox={searchBox} />
      </div>
      <SaidLine said={words} />
      {switching.error === null ? null : (
        <p role="alert" className="worse">
          “{switching.variables?.rule.name}” stays as it was: {asProblem(switching.error).message}
        </p>
      )}
      {mayChange ? null : <p className="dim">You see what is watched. Owners, admins and editors of the workspace change rules.</p>}
      {rules === undefined ? (
        query.error === null ? (
          <div className="rule-pending" aria-busy="true">
            <Skeleton height="64px" />
            <Skeleton height="64px" />
            <Skeleton height="64px" />
          </div>
        ) : (
          <ProblemState error={query.error} what="The rules could not be read" onRetry={() => void query.refetch()} />
        )
      ) : (
        <div className={query.isPlaceholderData ? 'rules rules-stale' : 'rules'} aria-busy={query.isPlaceholderData}>
          {query.error === null ? null : (
            <ProblemState error={query.error} what="The rules could not be read again" onRetry={() => void query.refetch()} />
          )}
          {own.length > 0 ? (
            <Panel title="Rules" note={`${formatQuantity(own.length, 'rule')}${query.hasNextPage ? ' and more' : ''}, newest first`}>
              {table(own)}
            </Panel>
          ) : isNarrowed && builtin.length === 0 ? (
            <EmptyState title="No rule is like that">Take a filter away.</EmptyState>
          ) : isNarrowed ? null : (
            <EmptyState title="There is no rule of your own yet" actions={create}>
              A rule says what to watch: costs, errors, latency, silence or any measure, for each agent by itself if you like. Below stand rules that
              are ready to be switched on.
            </EmptyState>
          )}
          {builtin.length === 0 ? null : (
            <Panel title="Built-in rules" note="ready to switch on; change their thresholds as you like">
              {table(builtin)}
            </Panel>
          )}
          {query.hasNextPage ? (
            <div>
              <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
              </Button>
            </div>
          ) : null}
        </div>
      )}
      {deleting === null ? null : (
        <DeleteRule rule={deleting} onDeleted={() => setSaid(`“${deleting.name}” was deleted.`)} onClose={() => setDeleting(null)} />
      )}
    </Page>
  );
}
