/** Every route that the program answers, and what it is given. */
import { createRuleSqlCheck } from '../alerts/rules/ruleSql.ts';
import { createAskSql } from '../alerts/evaluation/askSql.ts';
import { furnishWithRules } from '../alerts/rules/seedBuiltInRules.ts';
import { createAlertLinks } from '../alerts/lifecycle/alertLinks.ts';
import { createOpenAlertCount } from '../alerts/lifecycle/openAlerts.ts';
import { createChannelStore } from '../alerts/channels/channels.ts';
import { explainCost } from '../cost/priceSpan.ts';
import { checkRoutesAreDeclared } from '../http/declaredRoutes.ts';
import { openApiRoutes } from '../http/openApi.ts';
import { notReady, notReceiving, readinessRoutes } from '../http/readiness.ts';
import { accountRoutes } from '../http/routes/accounts.ts';
import { agentMetricsRoutes } from '../http/routes/agentMetrics.ts';
import { agentRoutes } from '../http/routes/agents.ts';
import { anomalyRoutes } from '../http/routes/anomalies.ts';
import { alertRulePreviewRoutes } from '../http/routes/alertRulePreview.ts';
import { alertRoutes } from '../http/routes/alerts.ts';
import { alertSilenceRoutes } from '../http/routes/alertSilences.ts';
import { alertRuleRoutes } from '../http/routes/alertRules.ts';
import { alertChannelRoutes } from '../http/routes/alertChannels.ts';
import { auditRoutes } from '../http/routes/audit.ts';
import { costForecastRoutes } from '../http/routes/costForecast.ts';
import { costRecommendationRoutes } from '../http/routes/costRecommendations.ts';
import { eventRoutes } from '../http/routes/events.ts';
import { firstTraceRoutes } from '../http/routes/firstTrace.ts';
import { healthRoutes } from '../http/routes/health.ts';
import { identityRoutes } from '../http/routes/identity.ts';
import { ingestHealthRoutes } from '../http/routes/ingestHealth.ts';
import { internalRoutes } from '../http/routes/internal.ts';
import { invitationRoutes } from '../http/routes/invitations.ts';
import { logRoutes } from '../http/routes/logs.ts';
import { memberRoutes } from '../http/routes/members.ts';
import { notificationRoutes } from '../http/routes/notifications.ts';
import { overviewRoutes } from '../http/routes/overview.ts';
import { ownMetricsRoutes } from '../http/routes/ownMetrics.ts';
import { planRoutes } from '../http/routes/plans.ts';
import { pricingRoutes } from '../http/routes/pricing.ts';
import { queryRoutes } from '../http/routes/query.ts';
import { roleRoutes } from '../http/routes/roles.ts';
import { runRoutes } from '../http/routes/runs.ts';
import { sessionRoutes } from '../http/routes/sessions.ts';
import { settingsRoutes } from '../http/routes/settings.ts';
import { snapshotRoutes } from '../http/routes/snapshot.ts';
import { targetRoutes } from '../http/routes/targets.ts';
import { teamRoutes } from '../http/routes/teams.ts';
import { traceRoutes } from '../http/routes/traces.ts';
import { userRoutes } from '../http/routes/users.ts';
import { workspaceRoutes } from '../http/routes/workspaces.ts';
import { webAppRoutes } from '../http/webApp.ts';
import { createSignInThrottle } from '../identity/signInThrottle.ts';
import { eventsHttpRoutes } from '../receive/eventsHttp.ts';
import { ingestionHttpRoutes } from '../receive/langfuse/ingestionHttp.ts';
import { projectsHttpRoutes } from '../receive/langfuse/projectsHttp.ts';
import { otlpHttpRoutes } from '../receive/otlpHttp.ts';
import { createAccepting } from '../workspaces/invitations/acceptInvitation.ts';
import { createInvitations } from '../workspaces/invitations/invitations.ts';
import type { ProgramContext } from './context.ts';
import type { Doors } from './doors.ts';
import type { Planes } from './openPlanes.ts';
import type { Ingest } from './startIngest.ts';
import type { Schedules } from './startSchedules.ts';
import type { Tenancy } from './openTenancy.ts';

export function registerRoutes(context: ProgramContext, planes: Planes, tenancy: Tenancy, ingest: Ingest, schedules: Schedules, doors: Doors): void {
  const { config, version, nowMs, nowNs } = context;
  const { control, telemetry, live, metrics } = planes;
  const { mailer, outbound, keys, baseAddressOf, signIn, workspaceFacts, planBook, gone, channelBox, senders } = tenancy;
  const { receiver, quarantine, policies, books, agents, eventKeys, firstTraceWatch, readerOf } = ingest;
  const { recomputes, deletions, rollups, alerts } = schedules;
  const { app, authenticate, receiving, refusals } = doors;
  const telemetryState = { ...receiving, isReceiving: receiver.isRunning };
  readinessRoutes(app, async () => [...notReceiving(telemetryState), ...(await notReady(control.instanceDb, telemetry))]);
  otlpHttpRoutes(app, receiving);
  ingestionHttpRoutes(app, receiving);
  projectsHttpRoutes(app, { authenticate, nameOf: workspaceFacts.nameOf, version });
  eventsHttpRoutes(app, { ...receiving, keys: eventKeys, agents });
  openApiRoutes(app, version);
  identityRoutes(app, { control, keys, authMode: config.auth, version });
  accountRoutes(app, { signIn, mailer, outbound, baseAddressOf });
  workspaceRoutes(app, {
    control,
    keys,
    planBook,
    deletions,
    sessions: signIn.sessions,
    clock: nowMs,
    furnish: furnishWithRules(config.alertThresholds),
  });
  planRoutes(app, { control, planBook });
  memberRoutes(app, control);
  roleRoutes(app, control);
  teamRoutes(app, control);
  invitationRoutes(app, {
    baseAddressOf,
    invitations: createInvitations({ control, mailer, showsLinks: config.auth === 'local' && config.smtp === undefined, clock: nowMs }),
    accepting: createAccepting({
      control,
      signIn,
      throttle: createSignInThrottle(control.instanceDb, nowMs),
      provesAddress: config.smtp !== undefined,
      clock: nowMs,
    }),
  });
  alertRuleRoutes(app, { control, checkSql: createRuleSqlCheck(telemetry), nowMs });
  alertChannelRoutes(app, { channels: createChannelStore({ control, box: channelBox, outbound, senders, clock: nowMs }), baseAddressOf });
  firstTraceRoutes(app, {
    watch: firstTraceWatch,
    refusals,
    grpcPort: config.grpcPort === 0 ? null : config.grpcPort,
    keyNeeded: config.auth === 'required',
  });
  traceRoutes(app, {
    readerOf,
    liveOf: (workspaceId) => live.ofWorkspace(workspaceId, nowMs()),
    now: nowNs,
    explainCost: ({ workspaceId, usage, priceId, kind, serviceTier }) => {
      const price = priceId === null ? undefined : books.priceById(workspaceId, priceId);
      if (kind !== 'llm' && kind !== 'embedding') return null;
      return price === undefined ? null : explainCost(usage, price, { kind, serviceTier });
    },
  });
  const liveOf = (workspaceId: string) => live.ofWorkspace(workspaceId, nowMs());
  runRoutes(app, { readerOf, liveOf, now: nowNs });
  sessionRoutes(app, { readerOf, liveOf, now: nowNs });
  userRoutes(app, { readerOf, now: nowNs });
  eventRoutes(app, { readerOf, now: nowNs });
  const agentDeps = { control, registry: agents, readerOf, timeZoneOf: workspaceFacts.timeZoneOf, plans: planBook, now: nowNs };
  agentRoutes(app, agentDeps);
  healthRoutes(app, agentDeps);
  agentMetricsRoutes(app, agentDeps);
  logRoutes(app, { readerOf, now: nowNs });
  ingestHealthRoutes(app, { readerOf, refusals, quarantine, now: nowNs });
  ownMetricsRoutes(app, metrics, authenticate);
  queryRoutes(app, { readerOf, now: nowNs });
  settingsRoutes(app, { policies });
  targetRoutes(app, { control });
  auditRoutes(app, { control, plans: planBook, now: nowNs });
  pricingRoutes(app, { books, recomputes, readerOf, now: nowNs });
  const countOpenAlerts = createOpenAlertCount(control, nowMs);
  overviewRoutes(app, { readerOf, now: nowNs, timeZoneOf: workspaceFacts.timeZoneOf, countOpenAlerts });
  snapshotRoutes(app, { readerOf, now: nowNs, liveOf, countOpenAlerts });
  costForecastRoutes(app, { readerOf, now: nowNs, timeZoneOf: workspaceFacts.timeZoneOf });
  anomalyRoutes(app, { control, readerOf, now: nowNs, timeZoneOf: workspaceFacts.timeZoneOf });
  costRecommendationRoutes(app, { readerOf, now: nowNs, pricesOf: books.bookOf });
  internalRoutes(app, { rollups, alerts, now: nowNs });
  alertRulePreviewRoutes(app, {
    control,
    readerOf,
    timeZoneOf: workspaceFacts.timeZoneOf,
    checkSql: createRuleSqlCheck(telemetry),
    askSqlOf: ({ hiddenAgents }) => createAskSql(telemetry, hiddenAgents),
    now: nowNs,
  });
  alertSilenceRoutes(app, { control, nowMs });
  notificationRoutes(app, { control, nowMs });
  // Behind whatever begins with /api/obs/alerts/: its last part would be taken for an id.
  alertRoutes(app, { control, links: createAlertLinks(planes.secret), isGone: gone.has, now: nowNs });
  webAppRoutes(app);
  checkRoutesAreDeclared(app);
}
