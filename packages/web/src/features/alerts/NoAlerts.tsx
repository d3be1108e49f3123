import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { watchQuery } from '../../api/alerts.ts';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import type { AlertView } from './alertList.ts';

const NARROWING = { q: undefined, severity: undefined, since: undefined, rule_id: undefined, agent_id: undefined };

/** Nothing to do, or nothing that would say so. */
export function NoAlerts({ view, isNarrowed }: { view: AlertView; isNarrowed: boolean }) {
  const setSearch = useSetSearchText();
  const watch = useQuery(watchQuery).data;
  const rules = (words: string, primary = true) => (
    <Link to="/alerts/rules" className={buttonClass(primary ? 'primary' : 'default')}>
      {words}
    </Link>
  );
  if (isNarrowed) {
    return (
      <EmptyState title="No alert is like that" actions={<Button onClick={() => setSearch(NARROWING, { push: true })}>Clear all filters</Button>}>
        Take a filter away, or look among the others.
      </EmptyState>
    );
  }
  if (watch !== undefined && !watch.isWatched) {
    return (
      <EmptyState title="No rule is switched on" actions={rules('Switch rules on')}>
        Nothing is watched, so nothing can alert. Rules for failures, latency, cost and silent agents are there: switch on what you need.
      </EmptyState>
    );
  }
  if (watch?.fails === true) {
    return (
      <EmptyState title="No alert, but a rule could not be evaluated" actions={rules('See the rules')}>
        What it watches is not known at the moment. Its error stands with the rule.
      </EmptyState>
    );
  }
  if (view === 'resolved') return <EmptyState title="No alert was resolved yet">The history of alerts is here once one has ended.</EmptyState>;
  if (view === 'acknowledged')
    return <EmptyState title="No acknowledged alerts">What somebody looks after stands here until it is resolved.</EmptyState>;
  return (
    <EmptyState
      title={view === 'open' ? 'Nothing to do: no alert is open' : 'Nothing to do: no alert is active'}
      actions={rules('What is watched', false)}
    >
      The page looks again every 15 seconds while you see it.
    </EmptyState>
  );
}
