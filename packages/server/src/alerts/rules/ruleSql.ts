import { checkSql } from '../../sqlGuard/checkSql.ts';
import { valueColumn } from '../../sqlGuard/sqlAnswer.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import type { CheckSql } from './checkRule.ts';

/** SQL that a rule may ask: it may run, and answers one number, or one beside the labels of each group. */
export const createRuleSqlCheck =
  (telemetry: Pick<TelemetryConnection, 'isolated'>): CheckSql =>
  async (query) => {
    const checked = await checkSql(telemetry, query);
    return checked.ok ? valueColumn(checked.value.columns) : checked;
  };
