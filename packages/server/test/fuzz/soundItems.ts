/** What holds of every item that a decoder lets through, as the types of `normalise/decoded*.ts` say it. */
import type { DecodedLog } from '../../src/normalise/decodedLog.ts';
import type { DecodedMetricPoint } from '../../src/normalise/decodedMetric.ts';
import type { DecodedSpan } from '../../src/normalise/decodedSpan.ts';
import type { OtlpSignal } from '../../src/receive/pipeline.ts';
import { FUZZED_AT_MS } from './hostileValues.ts';

const EARLIEST_NS = BigInt(Date.UTC(2020, 0, 1)) * 1_000_000n;
const LATEST_NS = BigInt(FUZZED_AT_MS + 86_400_000) * 1_000_000n;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

const isIn = (ns: bigint) => ns >= EARLIEST_NS && ns <= LATEST_NS;
const isWhole = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
const isWellFormed = (text: string) => typeof text === 'string' && !/\p{Surrogate}/u.test(text);

function isSpan({ traceId, spanId, parentSpanId, startNs, endNs, otelKind, statusCode, name, attributes, links }: DecodedSpan): boolean {
  return (
    [TRACE_ID.test(traceId), SPAN_ID.test(spanId), parentSpanId === null || SPAN_ID.test(parentSpanId)].every(Boolean) &&
    [isIn(startNs), isIn(endNs), endNs >= startNs, isWhole(otelKind, 5), isWhole(statusCode, 2), isWellFormed(name)].every(Boolean) &&
    links.every((link) => TRACE_ID.test(link.traceId) && SPAN_ID.test(link.spanId)) &&
    areSound(attributes)
  );
}

function isLog({ timeNs, severityNumber, severityText, traceId, spanId, attributes, eventName }: DecodedLog): boolean {
  return (
    [timeNs === null || isIn(timeNs), isWhole(severityNumber, 24), isWellFormed(severityText), isWellFormed(eventName)].every(Boolean) &&
    [traceId === null || TRACE_ID.test(traceId), spanId === null || (SPAN_ID.test(spanId) && traceId !== null), areSound(attributes)].every(Boolean)
  );
}

function isPoint({ metric, timeNs, startNs, attributes, reading }: DecodedMetricPoint): boolean {
  const isReading =
    reading === null || (reading.type === 'number' ? Number.isFinite(reading.value) : isWhole(reading.count, Number.MAX_SAFE_INTEGER));
  return [metric.name !== '', isWellFormed(metric.name), isIn(timeNs), startNs >= 0n && startNs <= LATEST_NS, areSound(attributes), isReading].every(
    Boolean,
  );
}

function areSound(attributes: DecodedSpan['attributes']): boolean {
  for (const [key, value] of attributes) {
    if (key === '' || !isWellFormed(key)) return false;
    if (typeof value === 'string' && !isWellFormed(value)) return false;
    if (typeof value === 'number' && !Number.isFinite(value)) return false;
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) return false;
  }
  return true;
}

export const SOUND: Readonly<Record<OtlpSignal, (item: never) => boolean>> = { traces: isSpan, logs: isLog, metrics: isPoint };
