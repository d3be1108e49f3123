import type { AlertRule, NewAlertRuleInput, RulePreview } from '@sightglass/contract/alertRule';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/alerts/rules';
const PAGE_SIZE = 200;
const NAMES_MAX = 500;
/** What a condition would have done is shown over this range, up to now. */
export const PREVIEW_FROM = 'now-7d';
/** Begins the key of everything that tells of rules. */
export const ALERT_RULES_KEY = ['alert-rules'] as const;

const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

/** Filters of the list, by the names of the API. */
export type AlertRuleFilters = Readonly<Record<string, string>>;

/** The rules of the workspace, page by page; those that Sightglass brings along come last. */
export const alertRulePagesQuery = (filters: AlertRuleFilters) =>
  infiniteQueryOptions({
    queryKey: [...ALERT_RULES_KEY, 'pages', filters],
    queryFn: ({ pageParam, signal }) =>
      requestJson<{ items: AlertRule[]; next_cursor: string | null }>(PATH, { query: { ...filters, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const alertRuleQuery = (id: string) =>
  queryOptions({ queryKey: [...ALERT_RULES_KEY, 'one', id], queryFn: ({ signal }) => requestJson<AlertRule>(pathOf(id), { signal }) });

export const createAlertRule = (body: NewAlertRuleInput) => requestJson<AlertRule>(PATH, { method: 'POST', body });
/** What is absent of `changes` stays; of config and tags each key by itself, null takes a key away. */
export const changeAlertRule = (id: string, changes: Readonly<Record<string, unknown>>) =>
  requestJson<AlertRule>(pathOf(id), { method: 'PATCH', body: changes });
export const deleteAlertRule = (id: string) => requestJson<undefined>(pathOf(id), { method: 'DELETE' });

/** What a rule would have seen and done over the last week, without creating it. Errors point into `/rule`. */
export const previewAlertRule = (rule: NewAlertRuleInput, signal: AbortSignal) =>
  requestJson<RulePreview>(`${PATH}/preview`, { method: 'POST', body: { rule, from: PREVIEW_FROM, to: 'now' }, signal });

/** The names of the rules by their ids, as many as one page holds: for silences and lists that know ids. */
export const ruleNamesQuery = queryOptions({
  queryKey: [...ALERT_RULES_KEY, 'names'],
  queryFn: async ({ signal }) => {
    const { items } = await requestJson<{ items: AlertRule[] }>(PATH, { query: { limit: NAMES_MAX }, signal });
    return new Map(items.map(({ id, name }) => [id, name] as const));
  },
});
