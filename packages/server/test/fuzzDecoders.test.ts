/**
 * Recorded requests, changed and broken, through the whole way from bytes to journal frame: whatever comes in, it is taken,
 * refused item by item with exact counts, or refused as a whole; nothing else is ever thrown.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundledPriceBook } from '../src/cost/bundledPrices.ts';
import { priceSpan } from '../src/cost/priceSpan.ts';
import { UndecodableBody } from '../src/receive/decoded.ts';
import { NoEventBatch, TooManyEvents } from '../src/receive/eventBatch.ts';
import { BodyTooLarge } from '../src/receive/inflate.ts';
import { decodeLogsJson } from '../src/receive/otlp/logsJson.ts';
import { decodeLogsProtobuf } from '../src/receive/otlp/logsProtobuf.ts';
import { decodeMetricsJson } from '../src/receive/otlp/metricsJson.ts';
import { decodeMetricsProtobuf } from '../src/receive/otlp/metricsProtobuf.ts';
import { decodeTracesJson } from '../src/receive/otlp/tracesJson.ts';
import { decodeTracesProtobuf } from '../src/receive/otlp/tracesProtobuf.ts';
import type { OtlpSignal, Signal } from '../src/receive/pipeline.ts';
import { createPipelines } from '../src/receive/pipelines.ts';
import { requestFrame } from '../src/receive/requestFrame.ts';
import type { Choices } from './fuzz/choices.ts';
import { event } from './fuzz/events.ts';
import { expectedItems } from './fuzz/expectedItems.ts';
import { FUZZED_AT_MS, type Json } from './fuzz/hostileValues.ts';
import { breakBytes, changeItem, spoil } from './fuzz/mutations.ts';
import { FUZZ_CASES, FUZZ_TIMEOUT_MS, checkCases } from './fuzz/runs.ts';
import { SOUND } from './fuzz/soundItems.ts';
import { encodeProtobuf, langfuseBatches, requestOf, type Seed, seedsOf } from './fuzz/seeds.ts';

const SIGNALS: readonly OtlpSignal[] = ['traces', 'logs', 'metrics'];
const prices = bundledPriceBook();
const pipelines = createPipelines((span) => priceSpan(span, prices));
const seeds: Record<OtlpSignal, Seed[]> = { traces: seedsOf('traces'), logs: seedsOf('logs'), metrics: seedsOf('metrics') };
const batches = langfuseBatches();

const DECODERS = {
  traces: { json: decodeTracesJson, protobuf: decodeTracesProtobuf },
  logs: { json: decodeLogsJson, protobuf: decodeLogsProtobuf },
  metrics: { json: decodeMetricsJson, protobuf: decodeMetricsProtobuf },
} as const;

const jsonBytes = (value: unknown) => Buffer.from(JSON.stringify(value));

/** How many items were taken and refused; undefined when the body as a whole was. Anything else is a failure. */
function process(signal: Signal, body: Uint8Array, contentType: 'json' | 'protobuf'): number | undefined {
  const request = { signal, workspaceId: 'wsp_fuzz', receivedAtMs: FUZZED_AT_MS, source: 'fuzz', body, contentType, encoding: 'identity' } as const;
  let processed: ReturnType<(typeof pipelines)[Signal]>;
  try {
    processed = pipelines[signal](request);
  } catch (error) {
    const isRefusal = [UndecodableBody, BodyTooLarge, NoEventBatch, TooManyEvents].some((known) => error instanceof known);
    if (!isRefusal) throw error;
    return undefined;
  }
  if (processed.faults.length > 0) throw processed.faults[0];
  requestFrame(request, processed);
  return processed.accepted + (processed.duplicates ?? 0) + processed.rejected;
}

/** The same, of a signal whose decoded items are looked at as well. */
function processOtlp(signal: OtlpSignal, body: Uint8Array, contentType: 'json' | 'protobuf'): number | undefined {
  const taken = process(signal, body, contentType);
  if (taken === undefined) return undefined;
  const isSound = SOUND[signal] as (item: unknown) => boolean;
  const unsound = DECODERS[signal][contentType](body, FUZZED_AT_MS).items.filter((item) => !isSound(item));
  expect(unsound).toEqual([]);
  return taken;
}

/** A seed that may be changed, and its request. */
function seedRequest(signal: OtlpSignal, choices: Choices): { seed: Seed; request: Json } {
  const seed = structuredClone(choices.of(seeds[signal]));
  return { seed, request: requestOf(signal, seed) };
}

function changedRequest(signal: OtlpSignal, choices: Choices): Json {
  const { seed } = seedRequest(signal, choices);
  const items = Array.from({ length: 1 + choices.upTo(3) }, () => structuredClone(seed.item));
  for (const item of items) changeItem(signal, item, choices);
  return requestOf(signal, seed, items);
}

describe.each(SIGNALS)('%s', (signal) => {
  it('there are recordings to begin with', () => {
    expect(seeds[signal].length).toBeGreaterThan(5);
  });

  // Each case is two: it is sent in both encodings.
  it('say the same in both encodings, and every item is taken or counted as refused', { timeout: FUZZ_TIMEOUT_MS }, () => {
    checkCases(FUZZ_CASES * 0.07, (choices) => {
      const request = changedRequest(signal, choices);
      const json = jsonBytes(request);
      const protobuf = encodeProtobuf(signal, request);
      const fromJson = DECODERS[signal].json(json, FUZZED_AT_MS);
      const fromProtobuf = DECODERS[signal].protobuf(protobuf, FUZZED_AT_MS);
      if (!isDeepStrictEqual(fromJson.items, fromProtobuf.items)) expect(fromProtobuf.items).toEqual(fromJson.items);
      expect([fromProtobuf.rejected, fromProtobuf.reasons]).toEqual([fromJson.rejected, fromJson.reasons]);
      const expected = expectedItems(signal, request);
      expect([processOtlp(signal, json, 'json'), processOtlp(signal, protobuf, 'protobuf')]).toEqual([expected, expected]);
    });
  });

  it('with wrong JSON anywhere are counted exactly, or refused as a whole when what stands around the items is wrong', {
    timeout: FUZZ_TIMEOUT_MS,
  }, () => {
    checkCases(FUZZ_CASES * 0.05, (choices) => {
      const { request } = seedRequest(signal, choices);
      const paths: string[][] = [];
      do paths.push(spoil(request, choices));
      while (!choices.isOver);
      const taken = processOtlp(signal, jsonBytes(request), 'json');
      const expected = expectedItems(signal, request);
      // A resource whose attributes are no list is no resource: nothing can be said of its items.
      if (taken === undefined && paths.some((path) => path[2] === 'resource')) return;
      expect(taken).toBe(expected === 'undecodable' ? undefined : expected);
    });
  });

  it.each(['json', 'protobuf'] as const)(
    'in broken bytes of %s are refused or read, and nothing else happens',
    { timeout: FUZZ_TIMEOUT_MS },
    (contentType) => {
      checkCases(FUZZ_CASES * 0.05, (choices) => {
        const { request } = seedRequest(signal, choices);
        processOtlp(signal, breakBytes(contentType === 'json' ? jsonBytes(request) : encodeProtobuf(signal, request), choices), contentType);
      });
    },
  );
});

describe('events', () => {
  it('are each taken or refused, whatever their fields hold', { timeout: FUZZ_TIMEOUT_MS }, () => {
    checkCases(FUZZ_CASES * 0.06, (choices) => {
      const events = Array.from({ length: 1 + choices.upTo(3) }, () => event(choices));
      expect(process('events', jsonBytes({ events }), 'json')).toBe(events.length);
    });
  });

  it('in broken bytes are refused or read', { timeout: FUZZ_TIMEOUT_MS }, () => {
    checkCases(FUZZ_CASES * 0.03, (choices) => {
      process('events', breakBytes(jsonBytes({ events: [event(choices)] }), choices), 'json');
    });
  });
});

describe('batches of older Langfuse clients', () => {
  const someItems = (choices: Choices): Json => {
    const { batch, metadata } = choices.of(batches) as { batch: unknown[]; metadata: unknown };
    const at = choices.upTo(batch.length);
    return structuredClone({ batch: batch.slice(at, at + 1 + choices.upTo(4)), metadata });
  };

  it('are each taken or refused, whatever they hold', { timeout: FUZZ_TIMEOUT_MS }, () => {
    checkCases(FUZZ_CASES * 0.06, (choices) => {
      const request = someItems(choices);
      do spoil({ batch: request.batch }, choices);
      while (!choices.isOver);
      const { batch } = request;
      if (Array.isArray(batch)) expect(process('langfuse', jsonBytes(request), 'json')).toBe(batch.length);
    });
  });

  it('in broken bytes are refused or read', { timeout: FUZZ_TIMEOUT_MS }, () => {
    checkCases(FUZZ_CASES * 0.03, (choices) => {
      process('langfuse', breakBytes(jsonBytes(someItems(choices)), choices), 'json');
    });
  });
});
