/** What the registry and the range tell of each agent, put together. */
import type { JudgedAgent } from '@sightglass/contract/agent';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';

/** Figures of the range; null: nothing of the agent was traced in it. */
export interface AgentLine {
  agent: JudgedAgent;
  figures: QueryRow | null;
  /** Calls and runs of each interval of the range, oldest first. */
  activity: number[];
}

export const LINE_MEASURES = ['runs', 'calls', 'errors', 'error_rate', 'latency_ms_p95', 'cost_usd', 'unpriced_calls', 'estimated_calls'];

export function agentLines(agents: readonly JudgedAgent[], figures: readonly QueryRow[], overTime: readonly QueryRow[]): AgentLine[] {
  const figuresOf = new Map(figures.map((row) => [textOf(row, 'agent_id'), row]));
  const activityOf = new Map<string | null, number[]>();
  for (const row of overTime) {
    const agentId = textOf(row, 'agent_id');
    const values = activityOf.get(agentId) ?? [];
    values.push((numberOf(row, 'calls') ?? 0) + (numberOf(row, 'runs') ?? 0));
    activityOf.set(agentId, values);
  }
  return agents.map((agent) => ({ agent, figures: figuresOf.get(agent.agent_id) ?? null, activity: activityOf.get(agent.agent_id) ?? [] }));
}

export const AGENT_SORTS = ['name', 'health', 'runs', 'errors', 'latency', 'cost', 'seen'] as const;
export type AgentSort = (typeof AGENT_SORTS)[number];
export interface LineOrder {
  by: AgentSort;
  descending: boolean;
}
/** Who costs most comes first, unless the URL says otherwise. */
export const USUAL_ORDER: LineOrder = { by: 'cost', descending: true };

/** `-cost`, `health`; the usual order for anything else. */
export function readOrder(text: string | undefined): LineOrder {
  const by = AGENT_SORTS.find((each) => each === text?.replace(/^-/, ''));
  return by === undefined ? USUAL_ORDER : { by, descending: text?.startsWith('-') ?? false };
}

export const writeOrder = ({ by, descending }: LineOrder): string | undefined =>
  by === USUAL_ORDER.by && descending === USUAL_ORDER.descending ? undefined : `${descending ? '-' : ''}${by}`;

/** Those of which nothing is known come last, whichever way. */
export function sortLines(lines: readonly AgentLine[], { by, descending }: LineOrder): AgentLine[] {
  const direction = descending ? -1 : 1;
  return lines.toSorted((a, b) => {
    const [left, right] = [valueOf(a, by), valueOf(b, by)];
    const byName = nameOf(a).localeCompare(nameOf(b));
    if (left === null || right === null) return left === right ? byName : left === null ? 1 : -1;
    return (left < right ? -1 : left > right ? 1 : 0) * direction || byName;
  });
}

const nameOf = ({ agent }: AgentLine) => (agent.name ?? agent.agent_id).toLowerCase();

function valueOf(line: AgentLine, by: AgentSort): number | string | null {
  const { agent, figures } = line;
  switch (by) {
    case 'name':
      return nameOf(line);
    case 'health':
      return agent.health?.score ?? null;
    case 'seen':
      return agent.last_seen_at === null ? null : Date.parse(agent.last_seen_at);
    case 'runs':
      return figures && numberOf(figures, 'runs');
    case 'errors':
      return figures && numberOf(figures, 'error_rate');
    case 'latency':
      return figures && numberOf(figures, 'latency_ms_p95');
    case 'cost':
      return figures && Number(textOf(figures, 'cost_usd'));
  }
}
