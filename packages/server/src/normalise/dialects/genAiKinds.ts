/** What kind of span a `gen_ai.operation.name` means, and what to think of a span without one. */
import type { SpanKind } from '@sightglass/contract/spanKinds';
import type { DecodedSpan } from '../decodedSpan.ts';
import { stringAt } from '../attributes.ts';

const KINDS: ReadonlyMap<string, SpanKind> = new Map<string, SpanKind>([
  ['chat', 'llm'],
  ['text_completion', 'llm'],
  ['generate_content', 'llm'],
  ['embeddings', 'embedding'],
  ['invoke_agent', 'agent'],
  ['create_agent', 'agent'],
  ['execute_tool', 'tool'],
  ['retrieval', 'retriever'],
  // No standard value; AI SDK 7 sends it.
  ['rerank', 'reranker'],
  ['guardrail.run', 'guardrail'],
  ['guardrail.guard', 'guardrail'],
  ['guard', 'guardrail'],
  ['guardrail', 'guardrail'],
  ['invoke_workflow', 'chain'],
  ['plan', 'chain'],
  ['agent_step', 'chain'],
  ['workflow', 'chain'],
  ['workflow_step', 'chain'],
  ['model_generation', 'chain'],
  ['task', 'chain'],
  ['execute_task', 'chain'],
  ['create_memory', 'other'],
  ['update_memory', 'other'],
  ['delete_memory', 'other'],
  ['upsert_memory', 'other'],
  ['search_memory', 'other'],
  ['create_memory_store', 'other'],
  ['delete_memory_store', 'other'],
  ['memory', 'other'],
  ['model_chunk', 'other'],
  // Spellings that no convention has, but instrumentations and people use.
  ['chat.completions', 'llm'],
  ['text.completions', 'llm'],
  ['completion', 'llm'],
  ['generate', 'llm'],
  ['generate_text', 'llm'],
  ['text_generation', 'llm'],
  ['response', 'llm'],
  ['responses', 'llm'],
  ['message', 'llm'],
  ['messages', 'llm'],
  ['embedding', 'embedding'],
  ['embed', 'embedding'],
  ['tool', 'tool'],
  ['tool_call', 'tool'],
  ['agent', 'agent'],
  ['retrieve', 'retriever'],
]);

/** The kind of an operation name, in any case; undefined when it is unknown. */
function kindOfOperation(operation: string): SpanKind | undefined {
  return KINDS.get(operation) ?? KINDS.get(operation.toLowerCase());
}

/**
 * The kind of a span that speaks `gen_ai.*`. A custom operation is a step of a program (`chain`) unless the
 * span carries a model's answer. Without an operation the span's name is asked, since the conventions begin
 * it with the operation (`chat gpt-4o`), then what the span carries.
 */
export function genAiKind(span: DecodedSpan): SpanKind | undefined {
  const { attributes } = span;
  const operation = stringAt(attributes, 'gen_ai.operation.name');
  const hasAnswer =
    attributes.has('gen_ai.response.id') || attributes.has('gen_ai.response.model') || attributes.has('gen_ai.response.finish_reasons');
  if (operation !== undefined) return kindOfOperation(operation) ?? (hasAnswer ? 'llm' : 'chain');

  const space = span.name.indexOf(' ');
  const named = KINDS.get(space < 0 ? span.name : span.name.slice(0, space));
  if (named !== undefined && span.name.length < 200) return named;
  if (attributes.has('gen_ai.tool.call.id') || attributes.has('gen_ai.tool.call.arguments')) return 'tool';
  const model = stringAt(attributes, 'gen_ai.request.model') ?? stringAt(attributes, 'gen_ai.response.model');
  if (model !== undefined) return /embed/i.test(model) && !hasAnswerTokens(span) ? 'embedding' : 'llm';
  return hasAnswer || hasAnswerTokens(span) ? 'llm' : undefined;
}

function hasAnswerTokens({ attributes }: DecodedSpan): boolean {
  return attributes.has('gen_ai.usage.output_tokens') || attributes.has('gen_ai.usage.completion_tokens');
}
