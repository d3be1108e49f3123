const NS_PER_MS = 1_000_000n;

interface Attribute {
  key: string;
  value: { stringValue: string } | { intValue: string };
}

/** One trace of three spans, as an OTLP/JSON request: an agent that asks a model and calls a tool, ending at `nowMs`. */
export function testTrace(ids: { traceId: string; spanIds: readonly [string, string, string] }, nowMs: number) {
  const [agent, model, tool] = ids.spanIds;
  const at = (msBefore: number) => String((BigInt(nowMs) - BigInt(msBefore)) * NS_PER_MS);
  const span = (spanId: string, parentSpanId: string, name: string, kind: number, fromMs: number, toMs: number, attributes: Attribute[]) => ({
    traceId: ids.traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    startTimeUnixNano: at(fromMs),
    endTimeUnixNano: at(toMs),
    status: { code: 1 },
    attributes,
  });
  return {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'sightglass-test')] },
        scopeSpans: [
          {
            scope: { name: 'sightglass-web' },
            spans: [
              span(agent, '', 'invoke_agent test-agent', 1, 1400, 0, [
                text('gen_ai.operation.name', 'invoke_agent'),
                text('gen_ai.agent.name', 'test-agent'),
                text('gen_ai.input.messages', message('user', 'Does data arrive?')),
                text('gen_ai.output.messages', message('assistant', 'Yes, it does.')),
              ]),
              span(model, agent, 'chat gpt-4o-mini', 3, 1350, 500, [
                text('gen_ai.operation.name', 'chat'),
                text('gen_ai.provider.name', 'openai'),
                text('gen_ai.request.model', 'gpt-4o-mini'),
                text('gen_ai.input.messages', message('user', 'Does data arrive?')),
                text('gen_ai.output.messages', message('assistant', 'Yes, it does.')),
                count('gen_ai.usage.input_tokens', 12),
                count('gen_ai.usage.output_tokens', 5),
              ]),
              span(tool, agent, 'execute_tool check_arrival', 1, 450, 20, [
                text('gen_ai.operation.name', 'execute_tool'),
                text('gen_ai.tool.name', 'check_arrival'),
              ]),
            ],
          },
        ],
      },
    ],
  };
}

/** Random lower-case hex digits, never all zero. */
export function randomHex(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  if (values.every((value) => value === 0)) values[0] = 1;
  return [...values].map((value) => value.toString(16).padStart(2, '0')).join('');
}

const text = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } });
const count = (key: string, value: number): Attribute => ({ key, value: { intValue: String(value) } });
const message = (role: string, content: string) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
