import type { NewAlertRule } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import type { ControlConnection } from '../control/connect.ts';
import { alertRules } from '../control/tables/alerts.ts';
import type { KnownRules } from './proposeRules.ts';

/** What rules of the kind `anomaly` watch already of the workspace as a whole, not of one agent, and the names that rules of any kind have. */
export async function readWatchedMeasures(control: Pick<ControlConnection, 'ofWorkspace'>, workspaceId: WorkspaceId): Promise<KnownRules> {
  const rows = await control
    .ofWorkspace(workspaceId)
    .read((tx) => tx.select({ name: alertRules.name, rule: alertRules.rule }).from(alertRules).where(eq(alertRules.workspaceId, workspaceId)));
  return {
    names: new Set(rows.map(({ name }) => name)),
    measures: new Set(rows.flatMap(({ rule }) => (rule.kind === 'anomaly' && !namesAgents(rule) ? [rule.config.measure] : []))),
  };
}

const namesAgents = ({ filters }: NewAlertRule) => filters.some(({ field }) => field === 'agent_id');
