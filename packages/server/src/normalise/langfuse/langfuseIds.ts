/**
 * Trace and span ids of what Langfuse's clients name by any text, UUIDs mostly: the same text has the same id on
 * every instance and after every restart. A trace whose id is a UUID or 32 hex digits keeps those digits, so that
 * it can be looked up by the id that the client logged; 16 hex digits stay a span's id. Everything else is the
 * first bytes of SHA-256 over `langfuse-trace:<id>` and `langfuse-observation:<id>`.
 */
import { hash as digest } from 'node:crypto';

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

const hexOf = (text: string, digits: number) => digest('sha256', text, 'hex').slice(0, digits);

export function traceIdOfLangfuse(id: string): string {
  const lower = id.toLowerCase();
  const digits = UUID.test(lower) ? lower.replaceAll('-', '') : lower;
  return TRACE_ID.test(digits) ? digits : hexOf(`langfuse-trace:${id}`, TRACE_ID_DIGITS);
}

/** The span that stands for a trace itself; `traceId` is ours. */
export const rootSpanIdOf = (traceId: string) => hexOf(`langfuse-root:${traceId}`, SPAN_ID_DIGITS);

/**
 * The span of an observation. LangChain's handler gives a trace and its outermost observation one id: that
 * observation is the trace.
 */
export function spanIdOfObservation(id: string, sentTraceId: string): string {
  if (id === sentTraceId) return rootSpanIdOf(traceIdOfLangfuse(sentTraceId));
  const lower = id.toLowerCase();
  return SPAN_ID.test(lower) ? lower : hexOf(`langfuse-observation:${id}`, SPAN_ID_DIGITS);
}

/** By which a resent item of a batch is known. */
export const itemKeyOf = (id: string) => hexOf(`langfuse-item:${id}`, TRACE_ID_DIGITS);
