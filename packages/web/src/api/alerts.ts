import type { Alert, AlertDetail, AlertStatus } from '@sightglass/contract/alert';
import type { AlertRule, RulePreview, Severity } from '@sightglass/contract/alertRule';
import type { LinkedAlert } from '@sightglass/contract/routes/alerts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ALERT_RULES_KEY } from './alertRules.ts';
import { requestJson } from './request.ts';

const PATH = '/api/obs/alerts';
const PAGE_SIZE = 100;
/** Alerts come and go without the range of a page: they are looked for again this often while the page is seen. */
export const ALERTS_REFRESH_MS = 15_000;
/** Begins the key of everything that tells of alerts. */
export const ALERTS_KEY = ['alerts'] as const;

const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

export interface AlertPage {
  items: Alert[];
  next_cursor: string | null;
}
/** Filters of the list, by the names of the API. */
export type AlertFilters = Readonly<Record<string, string>>;

/** Where reading goes on: `step` of the questions that are asked one after the other, at the cursor of its last page. */
interface AlertPlace {
  step: number;
  cursor: string | undefined;
}
const START: AlertPlace = { step: 0, cursor: undefined };

/** In the order in which they ask for attention. */
export const STATUS_ORDER: readonly AlertStatus[] = ['active', 'acknowledged', 'resolved'];
export const GRAVEST_FIRST: readonly Severity[] = ['critical', 'warning', 'info'];

/** The API lists newest first. What is open is asked for by severity, so that the gravest stand above however old they are. */
export function questionsOf(filters: AlertFilters): AlertFilters[] {
  const chosen = <T extends string>(all: readonly T[], text: string | undefined) =>
    text === undefined ? all : all.filter((each) => text.split(',').includes(each));
  return chosen(STATUS_ORDER, filters.status).flatMap((status): AlertFilters[] =>
    status === 'resolved' ? [{ ...filters, status }] : chosen(GRAVEST_FIRST, filters.severity).map((severity) => ({ ...filters, status, severity })),
  );
}

/** A page may take several questions: empty ones are not shown as pages. */
async function readPage(filters: AlertFilters, from: AlertPlace, signal: AbortSignal): Promise<{ items: Alert[]; next: AlertPlace | undefined }> {
  const questions = questionsOf(filters);
  const items: Alert[] = [];
  let { step, cursor } = from;
  while (step < questions.length && items.length < PAGE_SIZE) {
    const query = { ...questions[step], limit: PAGE_SIZE - items.length, cursor };
    // oxlint-disable-next-line no-await-in-loop -- whether the next question is asked depends on this answer
    const page = await requestJson<AlertPage>(PATH, { query, signal });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
    if (cursor === undefined) step++;
  }
  return { items, next: step < questions.length ? { step, cursor } : undefined };
}

/** Alerts page by page: what nobody looks after first, the gravest first, then the newest. */
export const alertPagesQuery = (filters: AlertFilters) =>
  infiniteQueryOptions({
    queryKey: [...ALERTS_KEY, 'pages', filters],
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    initialPageParam: START,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

/** More are not counted. */
export const OPEN_COUNTED_MAX = 100;

/** How many alerts are open: active and acknowledged ones. `isMore`: there are more than are counted. */
export const openAlertsQuery = queryOptions({
  queryKey: [...ALERTS_KEY, 'open'],
  queryFn: async ({ signal }) => {
    const { items, next_cursor } = await requestJson<AlertPage>(PATH, { query: { status: 'active,acknowledged', limit: OPEN_COUNTED_MAX }, signal });
    return { count: items.length, isMore: next_cursor !== null, critical: items.filter(({ severity }) => severity === 'critical').length };
  },
});

/** One alert with what has happened to it. */
export const alertQuery = (id: string) =>
  queryOptions({ queryKey: [...ALERTS_KEY, 'one', id], queryFn: ({ signal }) => requestJson<AlertDetail>(pathOf(id), { signal }) });

export const acknowledgeAlert = (id: string, notes?: string) =>
  requestJson<AlertDetail>(`${pathOf(id)}/acknowledge`, { method: 'POST', body: { notes } });
export const resolveAlert = (id: string, notes?: string) => requestJson<AlertDetail>(`${pathOf(id)}/resolve`, { method: 'POST', body: { notes } });
/** `until`: RFC 3339. */
export const snoozeAlert = (id: string, until: string) => requestJson<AlertDetail>(`${pathOf(id)}/snooze`, { method: 'POST', body: { until } });

/** What a rule as it is now sees over a range, and when it alerts. Times are RFC 3339. What the API adds to a rule it does not read. */
export const ruleSeriesQuery = (rule: AlertRule, from: string, to: string) =>
  queryOptions({
    queryKey: [...ALERTS_KEY, 'series', rule.id, rule.updated_at, rule.filters, from, to],
    queryFn: ({ signal }) => requestJson<RulePreview>(`${PATH}/rules/preview`, { method: 'POST', body: { rule, from, to }, signal }),
    placeholderData: keepPreviousData,
  });

/** Whether any rule is at work, and whether any that is could not be evaluated: that no alert is open means something only then. */
export const watchQuery = queryOptions({
  queryKey: [...ALERT_RULES_KEY, 'watch'],
  queryFn: async ({ signal }) => {
    const isAny = async (more: Readonly<Record<string, string>>) =>
      (await requestJson<{ items: AlertRule[] }>(`${PATH}/rules`, { query: { enabled: 'true', limit: 1, ...more }, signal })).items.length > 0;
    const [isWatched, fails] = await Promise.all([isAny({}), isAny({ evaluation: 'error' })]);
    return { isWatched, fails };
  },
});

const LINKS_PATH = '/api/obs/alert-links';

/** The alert of a link in a message; it needs no session. */
export const linkedAlertQuery = (token: string) =>
  queryOptions({
    queryKey: ['alert-link', token],
    queryFn: ({ signal }) => requestJson<LinkedAlert>(`${LINKS_PATH}/${encodeURIComponent(token)}`, { signal }),
  });
export const acknowledgeByLink = (token: string) =>
  requestJson<LinkedAlert>(`${LINKS_PATH}/${encodeURIComponent(token)}/acknowledge`, { method: 'POST' });
