import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { formatSearch, onlyText, parseSearch, type SearchText } from './routing/searchText.ts';
import { NotFound } from './shell/NotFound.tsx';
import { PageFailure } from './shell/PageFailure.tsx';
import { PagePending } from './shell/PagePending.tsx';
import { Shell } from './shell/Shell.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): SearchText => onlyText(search),
});

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./features/overview/OverviewPage.tsx'), 'OverviewPage'),
});

const getStarted = createRoute({
  getParentRoute: () => root,
  path: '/get-started',
  component: lazyRouteComponent(() => import('./features/firstRun/FirstRunPage.tsx'), 'FirstRunPage'),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  component: lazyRouteComponent(() => import('./features/agents/AgentsPage.tsx'), 'AgentsPage'),
});

const agent = createRoute({
  getParentRoute: () => root,
  path: '/agents/$agentId',
  component: lazyRouteComponent(() => import('./features/agents/AgentPage.tsx'), 'AgentPage'),
});

const traces = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  component: lazyRouteComponent(() => import('./features/traces/TracesPage.tsx'), 'TracesPage'),
});

const trace = createRoute({
  getParentRoute: () => root,
  path: '/traces/$traceId',
  component: lazyRouteComponent(() => import('./features/traces/TraceRoute.tsx'), 'TraceRoute'),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  component: lazyRouteComponent(() => import('./features/runs/RunsPage.tsx'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  component: lazyRouteComponent(() => import('./features/runs/RunPage.tsx'), 'RunPage'),
});

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./features/sessions/SessionsPage.tsx'), 'SessionsPage'),
});

const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$sessionId',
  component: lazyRouteComponent(() => import('./features/sessions/SessionPage.tsx'), 'SessionPage'),
});

const users = createRoute({
  getParentRoute: () => root,
  path: '/users',
  component: lazyRouteComponent(() => import('./features/users/UsersPage.tsx'), 'UsersPage'),
});

const user = createRoute({
  getParentRoute: () => root,
  path: '/users/$userId',
  component: lazyRouteComponent(() => import('./features/users/UserPage.tsx'), 'UserPage'),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./features/alerts/AlertsPage.tsx'), 'AlertsPage'),
});

const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$alertId',
  component: lazyRouteComponent(() => import('./features/alerts/AlertPage.tsx'), 'AlertPage'),
});

const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  component: lazyRouteComponent(() => import('./features/logs/LogsPage.tsx'), 'LogsPage'),
});

const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  component: lazyRouteComponent(() => import('./features/events/EventsPage.tsx'), 'EventsPage'),
});

const costs = createRoute({
  getParentRoute: () => root,
  path: '/costs',
  component: lazyRouteComponent(() => import('./features/costs/CostsPage.tsx'), 'CostsPage'),
});

const savings = createRoute({
  getParentRoute: () => root,
  path: '/costs/savings',
  component: lazyRouteComponent(() => import('./features/costRecommendations/SavingsPage.tsx'), 'SavingsPage'),
});

const costForecast = createRoute({
  getParentRoute: () => root,
  path: '/costs/forecast',
  component: lazyRouteComponent(() => import('./features/costForecast/CostForecastPage.tsx'), 'CostForecastPage'),
});

const llmCalls = createRoute({
  getParentRoute: () => root,
  path: '/llm',
  component: lazyRouteComponent(() => import('./features/llmCalls/LlmCallsPage.tsx'), 'LlmCallsPage'),
});

const rag = createRoute({
  getParentRoute: () => root,
  path: '/rag',
  component: lazyRouteComponent(() => import('./features/rag/RagPage.tsx'), 'RagPage'),
});

const tools = createRoute({
  getParentRoute: () => root,
  path: '/tools',
  component: lazyRouteComponent(() => import('./features/tools/ToolsPage.tsx'), 'ToolsPage'),
});

const requests = createRoute({
  getParentRoute: () => root,
  path: '/requests',
  component: lazyRouteComponent(() => import('./features/requests/RequestsPage.tsx'), 'RequestsPage'),
});

const caches = createRoute({
  getParentRoute: () => root,
  path: '/requests/caches',
  component: lazyRouteComponent(() => import('./features/requests/CachesPage.tsx'), 'CachesPage'),
});

const system = createRoute({
  getParentRoute: () => root,
  path: '/requests/system',
  component: lazyRouteComponent(() => import('./features/systemMetrics/SystemPage.tsx'), 'SystemPage'),
});

const ingest = createRoute({
  getParentRoute: () => root,
  path: '/ingest',
  component: lazyRouteComponent(() => import('./features/ingest/IngestPage.tsx'), 'IngestPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/redaction', replace: true });
  },
});

/** Reached by who is signed in already; everybody else meets the sign-in page at any address. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./features/signIn/SignedInRedirect.tsx'), 'SignedInRedirect'),
});

const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('./features/signIn/ConfirmEmailPage.tsx'), 'ConfirmEmailPage'),
});

const profile = createRoute({
  getParentRoute: () => root,
  path: '/settings/profile',
  component: lazyRouteComponent(() => import('./features/settings/profile/ProfilePage.tsx'), 'ProfilePage'),
});

const signInMethods = createRoute({
  getParentRoute: () => root,
  path: '/settings/sign-in-methods',
  component: lazyRouteComponent(() => import('./features/settings/signInMethods/SignInMethodsPage.tsx'), 'SignInMethodsPage'),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/settings/workspace',
  component: lazyRouteComponent(() => import('./features/settings/workspace/WorkspacePage.tsx'), 'WorkspacePage'),
});

const plans = createRoute({
  getParentRoute: () => root,
  path: '/settings/plans',
  component: lazyRouteComponent(() => import('./features/settings/plans/PlansPage.tsx'), 'PlansPage'),
});

const redaction = createRoute({
  getParentRoute: () => root,
  path: '/settings/redaction',
  component: lazyRouteComponent(() => import('./features/settings/redaction/RedactionPage.tsx'), 'RedactionPage'),
});

const sampling = createRoute({
  getParentRoute: () => root,
  path: '/settings/sampling',
  component: lazyRouteComponent(() => import('./features/settings/sampling/SamplingPage.tsx'), 'SamplingPage'),
});

const encryption = createRoute({
  getParentRoute: () => root,
  path: '/settings/encryption',
  component: lazyRouteComponent(() => import('./features/settings/encryption/EncryptionPage.tsx'), 'EncryptionPage'),
});

const estimates = createRoute({
  getParentRoute: () => root,
  path: '/settings/estimates',
  component: lazyRouteComponent(() => import('./features/settings/estimates/EstimatesPage.tsx'), 'EstimatesPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => root,
  path: '/settings/api-keys',
  component: lazyRouteComponent(() => import('./features/settings/apiKeys/ApiKeysPage.tsx'), 'ApiKeysPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/settings/audit',
  component: lazyRouteComponent(() => import('./features/settings/audit/AuditPage.tsx'), 'AuditPage'),
});

const members = createRoute({
  getParentRoute: () => root,
  path: '/settings/members',
  component: lazyRouteComponent(() => import('./features/settings/members/MembersPage.tsx'), 'MembersPage'),
});

const roles = createRoute({
  getParentRoute: () => root,
  path: '/settings/roles',
  component: lazyRouteComponent(() => import('./features/settings/roles/RolesPage.tsx'), 'RolesPage'),
});

const teams = createRoute({
  getParentRoute: () => root,
  path: '/settings/teams',
  component: lazyRouteComponent(() => import('./features/settings/teams/TeamsPage.tsx'), 'TeamsPage'),
});

const prices = createRoute({
  getParentRoute: () => root,
  path: '/prices',
  component: lazyRouteComponent(() => import('./features/prices/PricesPage.tsx'), 'PricesPage'),
});

const setPrice = createRoute({
  getParentRoute: () => root,
  path: '/prices/set',
  component: lazyRouteComponent(() => import('./features/prices/SetPricePage.tsx'), 'SetPricePage'),
});

const alertRules = createRoute({
  getParentRoute: () => root,
  path: '/alerts/rules',
  component: lazyRouteComponent(() => import('./features/alertRules/RulesPage.tsx'), 'RulesPage'),
});

const newAlertRule = createRoute({
  getParentRoute: () => root,
  path: '/alerts/rules/new',
  component: lazyRouteComponent(() => import('./features/alertRules/NewRulePage.tsx'), 'NewRulePage'),
});

const alertRule = createRoute({
  getParentRoute: () => root,
  path: '/alerts/rules/$ruleId',
  component: lazyRouteComponent(() => import('./features/alertRules/RulePage.tsx'), 'RulePage'),
});

const alertSilences = createRoute({
  getParentRoute: () => root,
  path: '/alerts/silences',
  component: lazyRouteComponent(() => import('./features/alertSilences/SilencesPage.tsx'), 'SilencesPage'),
});

const newAlertSilence = createRoute({
  getParentRoute: () => root,
  path: '/alerts/silences/new',
  component: lazyRouteComponent(() => import('./features/alertSilences/NewSilencePage.tsx'), 'NewSilencePage'),
});

const alertChannels = createRoute({
  getParentRoute: () => root,
  path: '/alerts/channels',
  component: lazyRouteComponent(() => import('./features/alertChannels/ChannelsPage.tsx'), 'ChannelsPage'),
});

const anomalies = createRoute({
  getParentRoute: () => root,
  path: '/alerts/anomalies',
  component: lazyRouteComponent(() => import('./features/anomalies/AnomaliesPage.tsx'), 'AnomaliesPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    getStarted,
    agents,
    agent,
    traces,
    trace,
    runs,
    run,
    sessions,
    session,
    users,
    user,
    alerts,
    alert,
    logs,
    events,
    costs,
    savings,
    costForecast,
    llmCalls,
    rag,
    tools,
    requests,
    caches,
    system,
    ingest,
    settings,
    signIn,
    confirmEmail,
    profile,
    signInMethods,
    workspace,
    plans,
    redaction,
    sampling,
    encryption,
    estimates,
    members,
    roles,
    teams,
    apiKeys,
    audit,
    prices,
    setPrice,
    anomalies,
    alertRules,
    newAlertRule,
    alertRule,
    alertSilences,
    newAlertSilence,
    alertChannels,
  ]),
  parseSearch,
  stringifySearch: formatSearch,
  defaultPreload: 'intent',
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFailure,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
