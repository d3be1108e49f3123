/** How one narrows the list of alerts; all of it stands in the URL. */
import type { AlertFilters } from '../../api/alerts.ts';
import { activeFilters, type FilteredList } from '../../filters/facets.ts';
import type { SearchText } from '../../routing/searchText.ts';

/** `open` is what is shown unless the URL says another: active and acknowledged alerts. */
export const ALERT_VIEWS = ['open', 'active', 'acknowledged', 'resolved'] as const;
export type AlertView = (typeof ALERT_VIEWS)[number];

export const readView = (search: SearchText): AlertView => ALERT_VIEWS.find((view) => view === search.status) ?? 'open';

const SINCE = { hour: 'now-1h', day: 'now-24h', week: 'now-7d', month: 'now-30d' } as const;
const isSince = (text: string | undefined): text is keyof typeof SINCE => text !== undefined && Object.hasOwn(SINCE, text);

/** `ruleNames`: of rules that are known here, by their ids. */
export const alertList = (ruleNames: ReadonlyMap<string, string>): FilteredList => ({
  noun: 'alert',
  searched: 'messages and rules',
  source: 'spans',
  measure: 'calls',
  facets: [
    { kind: 'choice', name: 'severity', label: 'Severity', primary: true, options: ['critical', 'warning', 'info'], several: true },
    { kind: 'choice', name: 'since', label: 'Triggered', verb: 'within the last', primary: true, options: Object.keys(SINCE) },
    { kind: 'id', name: 'rule_id', label: 'Rule', primary: false, nameOf: (id) => ruleNames.get(id) ?? id },
    { kind: 'id', name: 'agent_id', label: 'Agent', primary: false },
  ],
});

/** As the API is asked. */
export function alertFilters(list: FilteredList, search: SearchText): AlertFilters {
  const { since, ...active } = activeFilters(list, search);
  const view = readView(search);
  return {
    ...active,
    status: view === 'open' ? 'active,acknowledged' : view,
    ...(isSince(since) ? { from: SINCE[since] } : {}),
  };
}
