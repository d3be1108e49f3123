/** Asks the catalogue what rules want to know, with as few queries as there are different questions. */
import { GROUPS_OF_RULE_MAX } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { askAcross } from '../../explore/askAcross.ts';
import { MEASURES } from '../../explore/measures/catalogue.ts';
import { createSharedReader, type TelemetryReader } from '../../explore/reader.ts';
import { askCatalogue, type QueryRow } from '../../explore/runQuery.ts';
import { ok, type Result } from '../../result.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { type Observations, observeRows } from '../conditions/observation.ts';
import { type AskingRule, planQuestions, type Question } from './planQuestions.ts';

/** Of one workspace, so that one with many rules does not make a statement too long for the engine. */
const WORKSPACES_PER_QUERY_MAX = 500;

export interface AskMeasures {
  telemetry: Pick<TelemetryConnection, 'rows'>;
  readerOf(workspaceId: WorkspaceId): TelemetryReader;
  /** Told of every query that is sent. */
  onQuery?(): void;
}

/** What each rule sees, by its id; a rule that is not in the answer was not reached before `mayGoOn` said no. */
export async function askMeasures(
  deps: AskMeasures,
  rules: readonly AskingRule[],
  nowMs: number,
  mayGoOn: () => boolean,
): Promise<Map<string, Result<Observations>>> {
  const seen = new Map<string, Result<Observations>>();
  for (const question of planQuestions(rules, nowMs)) {
    if (!mayGoOn()) break;
    const answers = await ask(deps, question);
    for (const rule of question.rules) {
      const rows = answers(rule.workspaceId);
      seen.set(rule.id, rows.ok ? ok(observeRows(rule.condition, rows.value)) : rows);
    }
  }
  return seen;
}

async function ask(deps: AskMeasures, question: Question): Promise<(workspaceId: WorkspaceId) => Result<QueryRow[]>> {
  const answers = new Map<WorkspaceId, Result<QueryRow[]>>();
  const { workspaceIds, isShared } = question;
  if (isShared && workspaceIds.length > 1) {
    for (let i = 0; i < workspaceIds.length; i += WORKSPACES_PER_QUERY_MAX)
      await askTogether(deps, question, workspaceIds.slice(i, i + WORKSPACES_PER_QUERY_MAX), answers);
  } else {
    for (const id of workspaceIds) answers.set(id, await askAlone(deps, question, id));
  }
  return (workspaceId) => answers.get(workspaceId) ?? ok(nothing(question));
}

async function askTogether(
  deps: AskMeasures,
  question: Question,
  ids: readonly WorkspaceId[],
  answers: Map<WorkspaceId, Result<QueryRow[]>>,
): Promise<void> {
  deps.onQuery?.();
  const together = await askAcross(createSharedReader(deps.telemetry, ids), specOf(question), question.range, question.isSampled);
  if (together.ok) for (const id of ids) answers.set(id, ok(together.value.get(id) ?? nothing(question)));
  // One that has too much must not keep the others from an answer.
  else for (const id of ids) answers.set(id, await askAlone(deps, question, id));
}

async function askAlone(deps: AskMeasures, question: Question, workspaceId: WorkspaceId): Promise<Result<QueryRow[]>> {
  deps.onQuery?.();
  const answer = await askCatalogue(deps.readerOf(workspaceId), specOf(question), question.range);
  return answer.ok ? ok(answer.value.rows) : answer;
}

/** One more group than a rule may have, so that it is seen when there are too many. Every row is read: a percentile is to be exact. */
const specOf = ({ source, measures, groupBy, filters, direction }: Question) => ({
  source,
  measures,
  group_by: [...groupBy],
  filters: [...filters],
  time_zone: 'UTC',
  limit: GROUPS_OF_RULE_MAX + 1,
  exact: true,
  ...(groupBy.length > 0 && measures[0] !== undefined ? { order_by: { field: measures[0], direction } } : {}),
});

/** A workspace without a row in a shared answer: without groups that is a row of nothing, as it would be alone. */
const nothing = ({ groupBy, measures }: Question): QueryRow[] =>
  groupBy.length > 0 ? [] : [Object.fromEntries(measures.map((name) => [name, MEASURES.get(name)?.empty ?? null]))];
