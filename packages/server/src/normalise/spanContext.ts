import type { SpanContext } from './canonicalSpan.ts';

type TextField = 'agentId' | 'runId' | 'sessionId' | 'userId' | 'flowId';

/** What a span says about where it belongs, without the fields that it leaves open: those are for the next dialect to fill. */
export function spanContext(fields: { [field in TextField]?: string | undefined }): Partial<SpanContext> {
  const context: Partial<SpanContext> = {};
  for (const field of Object.keys(fields) as TextField[]) {
    const value = fields[field];
    if (value !== undefined) context[field] = value;
  }
  return context;
}
