/** The ways in, in the order in which they are shown: a fixed one, so that rows keep their place while numbers move. */
const WAYS_IN: readonly (readonly [source: string, label: string])[] = [
  ['otlp/http', 'OTLP over HTTP'],
  ['otlp/grpc', 'OTLP over gRPC'],
  ['langfuse/otlp', 'Langfuse, OTLP'],
  ['langfuse/batch', 'Langfuse, batches'],
  ['langsmith/otlp', 'LangSmith, OTLP'],
  ['events', 'Events API'],
  ['heartbeat', 'Heartbeats'],
];
const LABELS = new Map(WAYS_IN);
const PLACES = new Map(WAYS_IN.map(([source], place) => [source, place]));

/** What a way in is called; one that this page does not know keeps its own name. */
export function wayInLabel(source: string): string {
  return LABELS.get(source) ?? source;
}

/** In the fixed order; unknown ones at the end, by name. */
export function inFixedOrder<Item extends { source: string }>(items: readonly Item[]): Item[] {
  const place = ({ source }: Item) => PLACES.get(source) ?? WAYS_IN.length;
  return [...items].sort((a, b) => place(a) - place(b) || a.source.localeCompare(b.source));
}

const SIGNAL_WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  traces: ['span', 'spans'],
  logs: ['log record', 'log records'],
  metrics: ['data point', 'data points'],
  events: ['event', 'events'],
  langfuse: ['batch item', 'batch items'],
};

/** What the items of a signal are called: `traces` → span, spans. */
export function signalWords(signal: string): readonly [one: string, many: string] {
  return SIGNAL_WORDS[signal] ?? [signal, signal];
}
