/**
 * Spans by the OpenTelemetry GenAI conventions: instrumentation-openai, AI SDK 7 (scope `gen_ai`), and
 * spans that people make by hand.
 */
import type { Dialect } from '../dialect.ts';
import { readGenAi } from './genAiConventions.ts';

const NAME = 'otel-genai';

export const otelGenAi: Dialect = {
  name: NAME,
  matches: ({ attributes, scope }) =>
    attributes.has('gen_ai.operation.name') || attributes.has('gen_ai.system') || attributes.has('gen_ai.provider.name') || scope.name === 'gen_ai',
  // The convention asks for the whole prompt; who wrote a hand-made span is not known, so usage checks the numbers too.
  read: (span) => readGenAi(span, { dialect: NAME, inputExcludesCache: 'unknown' }),
};
