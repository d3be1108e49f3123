/** A tool call of a conversation: which llm span asked for it, and when that span began. */
export interface AskedTool {
  name: string;
  askedAtMs: number;
}

/** A span of kind tool. */
export interface ToolRun {
  node: number;
  /** The tool's name, or the span's name where the sender gave none. */
  name: string;
  startMs: number;
}

export interface MatchedTools {
  /** Per call, in the order given: the run that carried it out, null when none was recorded. */
  runs: readonly (ToolRun | null)[];
  /** Runs that no call asked for: the sender left messages out, or the program called the tool by itself. */
  unasked: readonly ToolRun[];
}

/**
 * Finds the span that ran each tool call. Spans do not carry the call's id in a list, so names and times decide: a run belongs
 * to the oldest call of its name that was asked for before it began and has no run yet.
 */
export function matchToolRuns(asked: readonly AskedTool[], runs: readonly ToolRun[]): MatchedTools {
  const waiting = new Map<string, number[]>();
  asked.forEach((call, index) => {
    const queue = waiting.get(call.name);
    if (queue === undefined) waiting.set(call.name, [index]);
    else queue.push(index);
  });
  for (const queue of waiting.values()) queue.sort((a, b) => (asked[a]?.askedAtMs ?? 0) - (asked[b]?.askedAtMs ?? 0) || a - b);
  const matched = new Array<ToolRun | null>(asked.length).fill(null);
  const unasked: ToolRun[] = [];
  for (const run of [...runs].sort((a, b) => a.startMs - b.startMs || a.node - b.node)) {
    const queue = waiting.get(run.name);
    const next = queue?.[0];
    if (next === undefined || (asked[next]?.askedAtMs ?? 0) > run.startMs) unasked.push(run);
    else {
      queue?.shift();
      matched[next] = run;
    }
  }
  return { runs: matched, unasked };
}
