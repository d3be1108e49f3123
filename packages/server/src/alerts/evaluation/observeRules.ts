/** What every rule of a batch sees at one moment, whatever its kind. Asking goes on where one rule's question fails. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { ControlConnection } from '../../control/connect.ts';
import { fail, ok, type Result } from '../../result.ts';
import { type Condition, conditionOf } from '../conditions/condition.ts';
import type { Observations } from '../conditions/observation.ts';
import type { AskAnomaly } from './askAnomaly.ts';
import { type AskMeasures, askMeasures } from './askMeasures.ts';
import { observeSilence, readHeardAgents } from './askSilence.ts';
import { type AskSql, observeSql } from './askSql.ts';
import type { DueRule } from './dueRule.ts';
import type { AskingRule } from './planQuestions.ts';

export interface ObserveRules extends AskMeasures {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  askSql: AskSql;
  askAnomaly: AskAnomaly;
  /** Since when this instance could have heard a heartbeat, Unix milliseconds. */
  listeningSinceMs: number;
}

/** What each rule sees, by its id; rules that were not reached before `mayGoOn` said no are left out. */
export async function observeRules(
  deps: ObserveRules,
  rules: readonly (DueRule & { timeZone: string })[],
  nowMs: number,
  mayGoOn: () => boolean,
): Promise<Map<string, Result<Observations>>> {
  const asked = rules.map((rule) => ({ rule, condition: conditionOf(rule.rule) }));
  const seen = await observeMeasures(deps, asked, nowMs, mayGoOn);
  const heard = new Map<WorkspaceId, ReturnType<typeof readHeardAgents>>();
  for (const { rule, condition } of asked) {
    if (condition.type === 'measure') continue;
    if (!mayGoOn()) break;
    seen.set(rule.id, await safely(() => observeOther(deps, { rule, condition, heard }, nowMs)));
  }
  return seen;
}

type Asked = { rule: DueRule & { timeZone: string }; condition: Condition };

async function observeMeasures(deps: ObserveRules, asked: readonly Asked[], nowMs: number, mayGoOn: () => boolean) {
  const sampled = new Map<WorkspaceId, boolean>();
  const asking = asked.flatMap(({ rule: { id, workspaceId, timeZone }, condition }): AskingRule[] => {
    if (condition.type !== 'measure') return [];
    const isSampled = sampled.get(workspaceId) ?? deps.readerOf(workspaceId).isSampled;
    sampled.set(workspaceId, isSampled);
    return [{ id, workspaceId, timeZone, isSampled, condition }];
  });
  return askMeasures(deps, asking, nowMs, mayGoOn);
}

interface OtherQuestion {
  rule: DueRule & { timeZone: string };
  condition: Exclude<Condition, { type: 'measure' }>;
  /** The agents of each workspace are read once. */
  heard: Map<WorkspaceId, ReturnType<typeof readHeardAgents>>;
}

async function observeOther(deps: ObserveRules, { rule, condition, heard }: OtherQuestion, nowMs: number): Promise<Result<Observations>> {
  const { workspaceId, timeZone } = rule;
  switch (condition.type) {
    case 'silence': {
      const agents = heard.get(workspaceId) ?? readHeardAgents(deps.control, workspaceId);
      heard.set(workspaceId, agents);
      return ok(observeSilence(condition, await agents, { nowMs, listeningSinceMs: deps.listeningSinceMs, ruleSinceMs: rule.createdAtMs }));
    }
    case 'sql':
      return observeSql(deps.askSql, workspaceId, condition);
    case 'anomaly':
      return deps.askAnomaly(workspaceId, condition, { nowMs, timeZone });
    case 'budget':
      return fail('not-found', `There is no budget ${condition.budgetId}.`);
  }
}

/** Bugs and lost connections are the rule's error, too: it must not keep the rules behind it from being evaluated. */
export async function safely<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    return fail(
      'internal',
      error instanceof Error && error.message !== '' ? `It could not be asked: ${error.message.slice(0, 300)}` : 'It could not be asked.',
    );
  }
}
