/** Traces of a shop's agents, made now, as the UI tests look at them. */
import { randomBytes } from 'node:crypto';
import { type MadeSpan, START_MS } from '../../server/src/receive/testing/traceRequests.ts';

export const newTraceId = () => randomBytes(16).toString('hex');
const newSpanId = () => randomBytes(8).toString('hex');

/** A moment so many milliseconds ago, as `MadeSpan.atMs` wants it. */
export const ago = (ms: number) => Date.now() - START_MS - ms;

const message = (role: string, content: string) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);

export interface Chat {
  question: string;
  answer: string;
  model?: string;
  provider?: string;
}

/** An agent that asks a model, runs a tool that fails, and asks again. */
export function refundTrace({
  traceId = newTraceId(),
  atMs = ago(60_000),
  agent = 'refund-agent',
  user = 'user-1',
  chat,
}: {
  traceId?: string;
  atMs?: number;
  agent?: string;
  user?: string;
  chat?: Partial<Chat>;
} = {}): MadeSpan[] {
  const rootId = newSpanId();
  const { question = 'Where is my refund?', answer = 'I will look it up.', model = 'gpt-4o', provider = 'openai' } = chat ?? {};
  const call = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': 1200,
    'gen_ai.usage.output_tokens': 300,
    'gen_ai.input.messages': message('user', question),
    'gen_ai.output.messages': message('assistant', answer),
  };
  return [
    {
      traceId,
      spanId: rootId,
      name: `invoke_agent ${agent}`,
      atMs,
      durationMs: 4000,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': agent, 'user.id': user, 'session.id': `session of ${user}` },
    },
    { traceId, spanId: newSpanId(), parentSpanId: rootId, name: `chat ${model}`, atMs: atMs + 100, durationMs: 1900, attributes: call },
    {
      traceId,
      spanId: newSpanId(),
      parentSpanId: rootId,
      name: 'execute_tool find_order',
      atMs: atMs + 2100,
      durationMs: 400,
      failed: true,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find_order' },
    },
    { traceId, spanId: newSpanId(), parentSpanId: rootId, name: `chat ${model}`, atMs: atMs + 2600, durationMs: 1300, attributes: call },
  ];
}

/** Spans whose parent never came. */
export function orphanTrace(traceId: string): MadeSpan[] {
  const parentSpanId = newSpanId();
  return ['left behind', 'left behind too'].map((name, i) => ({ traceId, spanId: newSpanId(), parentSpanId, name, atMs: ago(30_000 - i * 100) }));
}

/** The id of a step of `longTrace`, inside of which stands the number of another step. */
const MISLEADING_SPAN_ID = 'abc12345abcdefab';

/** One agent with so many steps, in branches of a hundred. */
export function longTrace(traceId: string, spans: number): MadeSpan[] {
  const atMs = ago(300_000);
  const rootId = newSpanId();
  const made: MadeSpan[] = [{ traceId, spanId: rootId, name: 'long run', atMs, durationMs: spans * 5 }];
  let branchId = rootId;
  for (let i = 1; i < spans; i++) {
    const spanId = i === 77 ? MISLEADING_SPAN_ID : newSpanId();
    const startsBranch = i % 100 === 1;
    if (startsBranch) branchId = spanId;
    made.push({
      traceId,
      spanId,
      parentSpanId: startsBranch ? rootId : branchId,
      name: `step ${i}`,
      atMs: atMs + i * 5,
      durationMs: startsBranch ? 500 : 4,
    });
  }
  return made;
}
