/** Telemetry of agents that could spend less. */
import { type MadeSpan } from '../../receive/testing/traceRequests.ts';
import { spanIdOf, traceIdOf } from '../../telemetry/testing/storedRows.ts';

interface MadeCall {
  agent: string;
  model: string;
  input?: number;
  cached?: number;
  output?: number;
  system?: string;
  question?: string;
  maxTokens?: number;
  failed?: boolean;
  atMs?: number;
  trace?: number;
}

/** Every span ever made here is another one. */
let made = 0;
function callAt({
  agent,
  model,
  input = 1_000,
  output = 200,
  cached,
  system,
  question,
  maxTokens,
  failed = false,
  atMs = 0,
  trace,
}: MadeCall): MadeSpan {
  made += 1;
  const message = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
  const messages = [...(system === undefined ? [] : [message('system', system)]), message('user', question ?? `question ${made}`)];
  return {
    traceId: traceIdOf(trace ?? 1_000_000 + made),
    spanId: spanIdOf(made),
    atMs,
    failed,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.agent.name': agent,
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      'gen_ai.input.messages': JSON.stringify(messages),
      ...(cached === undefined ? {} : { 'gen_ai.usage.cache_read.input_tokens': cached }),
      ...(maxTokens === undefined ? {} : { 'gen_ai.request.max_tokens': maxTokens }),
    },
  };
}

/**
 * Calls of some agents that show every kind of recommendation; `of`: divides their number. They begin `atMs` after `START_MS` and
 * take about twenty minutes.
 */
export function wastefulCalls({ of = 1, atMs = 0 }: { of?: number; atMs?: number } = {}): MadeSpan[] {
  const times = (count: number, make: (i: number) => MadeSpan[]) => Array.from({ length: Math.floor(count / of) }, (_, i) => make(i)).flat();
  const instructions = 'Answer as the house would. '.repeat(300);
  const before = made;
  const call = (asked: MadeCall) => callAt({ atMs: (made + 1 - before) * 1_000, ...asked });
  const spans = [
    ...times(220, () => [call({ agent: 'planner', model: 'gpt-4o' }), call({ agent: 'planner', model: 'gpt-4o-mini' })]),
    ...times(60, (i) => [call({ agent: 'chatty', model: 'gpt-4o', system: instructions, input: 2_000, output: 20, cached: 0, atMs: i * 10_000 })]),
    ...times(40, (i) => [call({ agent: 'looper', model: 'gpt-4o', question: `What is ${i % 5}?` })]),
    ...times(15, () => [call({ agent: 'flaky', model: 'gpt-4o', failed: true })]),
    ...times(12, (i) => [
      call({ agent: 'flaky', model: 'gpt-4o', failed: true, trace: made + 1, question: `again ${i}`, atMs: i * 1_000 }),
      call({ agent: 'flaky', model: 'gpt-4o', trace: made, question: `again ${i}`, atMs: i * 1_000 + 500 }),
    ]),
    ...times(100, () => [call({ agent: 'reader', model: 'gpt-4o', input: 30_000, output: 50 })]),
    ...times(200, () => [call({ agent: 'writer', model: 'gpt-4o', maxTokens: 16_000 })]),
  ];
  return spans.map((span) => ({ ...span, atMs: (span.atMs ?? 0) + atMs }));
}
