const NAMES = ['name', 'node', 'node_name', 'id', 'step', 'label', 'type'] as const;

/** What an executed node is called: senders list names, or objects that hold one. */
export function nodeName(node: unknown): string {
  if (typeof node === 'string') return node;
  if (typeof node === 'object' && node !== null && !Array.isArray(node)) {
    for (const key of NAMES) {
      const value = (node as Record<string, unknown>)[key];
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return JSON.stringify(node) ?? '';
}

/** `plan → search ×3 → answer`: the nodes in their order, repetition counted. */
export function nodesInWords(nodes: readonly unknown[]): string {
  const runs: { name: string; times: number }[] = [];
  for (const name of nodes.map(nodeName)) {
    const last = runs.at(-1);
    if (last?.name === name) last.times += 1;
    else runs.push({ name, times: 1 });
  }
  return runs.map(({ name, times }) => (times === 1 ? name : `${name} ×${times}`)).join(' → ');
}
