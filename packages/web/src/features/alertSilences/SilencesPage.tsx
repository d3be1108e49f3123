import type { Silence } from '@sightglass/contract/alertSilence';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BellOff } from 'lucide-react';
import { useState } from 'react';
import { ruleNamesQuery } from '../../api/alertRules.ts';
import { silencePagesQuery } from '../../api/alertSilences.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SaidLine } from '../../ui/SaidLine.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { AlertsNav } from '../alerts/AlertsNav.tsx';
import '../../ui/narrowCards.css';
import '../../ui/table.css';
import { EndSilence } from './EndSilence.tsx';
import { SilenceTable } from './SilenceTable.tsx';
import './silences.css';

const LOOK_AGAIN_MS = 15_000;
const NO_NAMES: ReadonlyMap<string, string> = new Map();

const STATES: readonly { value: Silence['state']; label: string; empty: string }[] = [
  { value: 'active', label: 'At work', empty: 'No alert is silenced now' },
  { value: 'pending', label: 'To come', empty: 'Nothing is planned' },
  { value: 'expired', label: 'Past', empty: 'No silence has ended' },
];

/** For which alerts nobody is told, and until when. */
export function SilencesPage() {
  const mayChange = useShell().me.permissions.includes('alerts.write');
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const state = STATES.find(({ value }) => value === search.state) ?? (STATES[0] as (typeof STATES)[number]);
  const query = useInfiniteQuery({ ...silencePagesQuery(state.value), refetchInterval: LOOK_AGAIN_MS });
  const ruleNames = useQuery(ruleNamesQuery).data ?? NO_NAMES;
  const [ending, setEnding] = useState<Silence | null>(null);
  const [said, setSaid] = useState('');
  const silences = query.isPlaceholderData ? undefined : query.data?.pages.flatMap(({ items }) => items);
  const create = mayChange ? (
    <Link to="/alerts/silences/new" className={buttonClass('primary')}>
      <BellOff aria-hidden="true" />
      Create a silence
    </Link>
  ) : (
    <Button variant="primary" disabled title="Your role may not silence alerts">
      <BellOff aria-hidden="true" />
      Create a silence
    </Button>
  );
  return (
    <Page title="Silences · Alerts" heading="Alerts" actions={create}>
      <AlertsNav />
      <SaidLine said={said !== '' || search.created === undefined ? said : 'The silence is created.'} />
      {mayChange ? null : <p className="dim">You see what is silenced. Owners, admins and editors of the workspace silence alerts.</p>}
      <Panel title="Silences and maintenance windows" note="nobody is told of the alerts that fit; they open and resolve as ever">
        <Tabs
          label="Silences"
          value={state.value}
          onChange={(value) => setSearch({ state: value === 'active' ? undefined : value, created: undefined }, { push: true })}
          tabs={STATES}
        >
          {silences === undefined ? (
            query.error === null ? (
              <div className="silence-pending" aria-busy="true">
                <Skeleton height="32px" />
                <Skeleton height="32px" />
              </div>
            ) : (
              <ProblemState error={query.error} what="The silences could not be read" onRetry={() => void query.refetch()} />
            )
          ) : silences.length === 0 ? (
            <EmptyState title={state.empty} actions={state.value === 'expired' ? undefined : create}>
              A silence keeps channels quiet for some alerts, for a while or at the same hours again: during a deployment, every night, for one agent.
            </EmptyState>
          ) : (
            <SilenceTable silences={silences} ruleNames={ruleNames} mayChange={mayChange} onEnd={setEnding} />
          )}
        </Tabs>
        {query.hasNextPage ? (
          <div className="silence-pending">
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
            </Button>
          </div>
        ) : null}
      </Panel>
      {ending === null ? null : <EndSilence silence={ending} ruleNames={ruleNames} onEnded={setSaid} onClose={() => setEnding(null)} />}
    </Page>
  );
}
