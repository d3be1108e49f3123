import { previewAlertRule } from '@sightglass/contract/routes/alertRules';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Caller } from '../../access/caller.ts';
import type { AskSql } from '../../alerts/evaluation/askSql.ts';
import { previewRule } from '../../alerts/evaluation/previewRule.ts';
import { type CheckSql, checkCompiles, checkRuleSql } from '../../alerts/rules/checkRule.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { parseTimeRange } from '../../explore/timeRange.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface AlertRulePreviewDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  readerOf(caller: Caller): TelemetryReader;
  timeZoneOf(workspaceId: WorkspaceId): Promise<string>;
  checkSql: CheckSql;
  /** Sees what the caller may see. */
  askSqlOf(caller: Caller): AskSql;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function alertRulePreviewRoutes(app: App, { control, readerOf, timeZoneOf, checkSql, askSqlOf, now }: AlertRulePreviewDeps): void {
  app.openapi(previewAlertRule, async (c) => {
    const { caller } = c.var;
    const { rule, from, to } = c.req.valid('json');
    const nowNs = now();
    const range = parseTimeRange({ from, to }, nowNs, 'body');
    if (!range.ok) return problem(c, range.error);
    const compiles = checkCompiles(rule);
    if (!compiles.ok) return problem(c, inRule(compiles.error));
    const sql = await checkRuleSql(rule, checkSql);
    if (!sql.ok) return problem(c, inRule(sql.error));
    const deps = {
      control,
      reader: readerOf(caller),
      askSql: askSqlOf(caller),
      hiddenAgents: caller.hiddenAgents,
      timeZone: await timeZoneOf(caller.workspaceId),
      nowMs: Number(nowNs / 1_000_000n),
    };
    const preview = await previewRule(deps, caller.workspaceId, rule, range.value);
    return preview.ok ? c.json(preview.value, 200) : problem(c, preview.error);
  });
}

type Failed = Parameters<typeof problem>[1];

/** Pointers of what is wrong with the rule are meant within the body, whose field `rule` it is. */
const inRule = (error: Failed): Failed =>
  error.errors === undefined ? error : { ...error, errors: error.errors.map(({ pointer, message }) => ({ pointer: `/rule${pointer}`, message })) };
