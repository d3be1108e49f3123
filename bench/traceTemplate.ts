/**
 * Trace requests for measuring: encoded once as a template, then stamped with fresh ids and times in place,
 * so that the generator costs little beside what it measures.
 */
import { randomBytes } from 'node:crypto';
import { encodeTraceRequest } from '../packages/server/src/receive/testing/otlpWriter.ts';

interface Template {
  spans: number;
  traces: number;
  /** A new request whose traces begin at the moments given by `startMsOf(trace)`. */
  stamp(startMsOf: (trace: number) => number): Buffer;
}

const MODELS = ['gpt-4o-2024-08-06', 'gpt-4o-mini-2024-07-18', 'claude-sonnet-4-5', 'gemini-2.5-flash', 'text-embedding-3-small'];
const WORDS =
  'order refund parcel policy invoice delivery customer warehouse address payment card return label carrier promise stock price voucher'.split(' ');

function words(count: number, seed: number): string {
  return Array.from({ length: count }, (_, i) => WORDS[(seed * 7 + i * 13 + ((seed * i) % 11)) % WORDS.length]).join(' ');
}

type Json = Record<string, unknown>;
const text = (key: string, value: string): Json => ({ key, value: { stringValue: value } });
const int = (key: string, value: number): Json => ({ key, value: { intValue: String(value) } });

/** `spansPerTrace` spans a trace: an agent, and under it llm spans of about 1 KB, tools, retrievers and embeddings. */
export function traceTemplate(traces: number, spansPerTrace: number): Template {
  const baseNs = 1_700_000_000_000_000_000n;
  const ids: Buffer[] = [];
  const times: { bytes: Buffer; trace: number; offsetNs: bigint }[] = [];
  const spans: Json[] = [];
  const time = (trace: number, offsetNs: bigint): string => {
    // Distinct values, so that each can be found in the encoded bytes.
    const ns = baseNs + BigInt(times.length) * 1_000_003n;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(ns);
    times.push({ bytes, trace, offsetNs });
    return ns.toString();
  };
  const id = (size: number): Buffer => {
    const bytes = randomBytes(size);
    ids.push(bytes);
    return bytes;
  };
  for (let t = 0; t < traces; t++) {
    const traceId = id(16).toString('hex');
    const rootId = id(8).toString('hex');
    const lengthNs = BigInt(spansPerTrace) * 200_000_000n;
    for (let s = 0; s < spansPerTrace; s++) {
      const startNs = BigInt(s) * 200_000_000n;
      const failed = (t * 31 + s) % 97 === 0;
      spans.push({
        traceId,
        spanId: s === 0 ? rootId : id(8).toString('hex'),
        parentSpanId: s === 0 ? '' : rootId,
        startTimeUnixNano: time(t, startNs),
        endTimeUnixNano: time(t, s === 0 ? lengthNs : startNs + 150_000_000n + BigInt((t * 13 + s * 7) % 200) * 1_000_000n),
        status: failed ? { code: 2, message: 'upstream timed out' } : {},
        ...spanOf(t, s),
      });
    }
  }
  const request = {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'bench'), text('deployment.environment.name', 'production')] },
        scopeSpans: [{ scope: { name: 'bench' }, spans }],
      },
    ],
  };
  const encoded = Buffer.from(encodeTraceRequest(request));
  const idPlaces = ids.map((bytes) => placesOf(encoded, bytes));
  const timePlaces = times.map(({ bytes, trace, offsetNs }) => ({ places: placesOf(encoded, bytes), trace, offsetNs }));
  return {
    spans: spans.length,
    traces,
    stamp: (startMsOf) => {
      const copy = Buffer.from(encoded);
      const random = randomBytes(ids.reduce((sum, bytes) => sum + bytes.length, 0));
      let used = 0;
      ids.forEach((bytes, i) => {
        for (const place of idPlaces[i] ?? []) random.copy(copy, place, used, used + bytes.length);
        used += bytes.length;
      });
      const starts = Array.from({ length: traces }, (_, trace) => BigInt(Math.trunc(startMsOf(trace))) * 1_000_000n);
      for (const { places, trace, offsetNs } of timePlaces)
        for (const place of places) copy.writeBigUInt64LE((starts[trace] as bigint) + offsetNs, place);
      return copy;
    },
  };
}

function spanOf(t: number, s: number): Json {
  if (s === 0) {
    return {
      name: `invoke_agent agent-${t % 7}`,
      kind: 1,
      attributes: [
        text('gen_ai.operation.name', 'invoke_agent'),
        text('gen_ai.agent.name', `agent-${t % 7}`),
        text('gen_ai.conversation.id', `session-${t % 1000}`),
        text('user.id', `user-${t % 300}`),
      ],
    };
  }
  if (s % 4 === 2) {
    return {
      name: 'execute_tool lookup',
      kind: 1,
      attributes: [
        text('gen_ai.operation.name', 'execute_tool'),
        text('gen_ai.tool.name', `tool-${t % 5}`),
        text('gen_ai.tool.call.arguments', `{"order":"${t}-${s}"}`),
      ],
    };
  }
  if (s % 8 === 4) {
    return {
      name: 'embeddings',
      kind: 3,
      attributes: [
        text('gen_ai.operation.name', 'embeddings'),
        text('gen_ai.provider.name', 'openai'),
        text('gen_ai.request.model', MODELS[4] as string),
        int('gen_ai.usage.input_tokens', 64 + (t % 32)),
      ],
    };
  }
  const model = MODELS[(t + s) % 4] as string;
  return {
    name: `chat ${model}`,
    kind: 3,
    attributes: [
      text('gen_ai.operation.name', 'chat'),
      text('gen_ai.provider.name', model.startsWith('gpt') ? 'openai' : model.startsWith('claude') ? 'anthropic' : 'google'),
      text('gen_ai.request.model', model),
      text('gen_ai.response.model', model),
      text('gen_ai.response.id', `resp-${t}-${s}`),
      int('gen_ai.usage.input_tokens', 800 + ((t * 17 + s) % 4000)),
      int('gen_ai.usage.output_tokens', 50 + ((t * 5 + s) % 400)),
      int('gen_ai.usage.cache_read.input_tokens', (t * 3) % 512),
      text(
        'gen_ai.input.messages',
        JSON.stringify([
          { role: 'system', parts: [{ type: 'text', content: words(30, 1) }] },
          { role: 'user', parts: [{ type: 'text', content: words(45, t * 100 + s) }] },
        ]),
      ),
      text(
        'gen_ai.output.messages',
        JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: words(25, t * 100 + s + 7) }], finish_reason: 'stop' }]),
      ),
    ],
  };
}

function placesOf(haystack: Buffer, needle: Buffer): number[] {
  const places: number[] = [];
  for (let place = haystack.indexOf(needle); place >= 0; place = haystack.indexOf(needle, place + 1)) places.push(place);
  return places;
}
