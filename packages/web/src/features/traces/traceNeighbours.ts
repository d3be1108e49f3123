let order: readonly string[] = [];
const positions = new Map<string, number>();

/** Keeps the trace ids of the last list in the order in which they were shown. */
export function rememberTraceOrder(ids: readonly string[]): void {
  order = ids;
  positions.clear();
  ids.forEach((id, position) => {
    if (!positions.has(id)) positions.set(id, position);
  });
}

/** The traces above and below one in the last list; none for a trace that was opened by a link. */
export function neighboursOf(id: string): { previous?: string; next?: string } {
  const position = positions.get(id);
  if (position === undefined) return {};
  const previous = order[position - 1];
  const next = order[position + 1];
  return { ...(previous === undefined ? {} : { previous }), ...(next === undefined ? {} : { next }) };
}
