/** Names of the dialects as their makers write them. */
const DIALECT_NAMES: Readonly<Record<string, string>> = {
  'ai-sdk': 'AI SDK',
  genai: 'OpenTelemetry GenAI',
  'otel-genai': 'OpenTelemetry GenAI',
  openinference: 'OpenInference',
  traceloop: 'Traceloop',
  langfuse: 'Langfuse',
  langsmith: 'LangSmith',
  mastra: 'Mastra',
  openlit: 'OpenLIT',
  logfire: 'Logfire',
  http: 'HTTP conventions',
  db: 'database conventions',
  events: 'events API',
  estimated: 'Estimated here, because the sender gave no tokens',
};

const RULE_WORDS: Readonly<Record<string, string>> = {
  includes: 'input includes cached tokens, as sent',
  'input+cache': 'cached tokens were added to the input',
  'output+reasoning': 'reasoning tokens were added to the output',
  'input+parts': 'the parts of the input were added up',
  'output+parts': 'the parts of the output were added up',
  o200k_base: 'counted from the texts with OpenAI’s tokenizer o200k_base',
  cl100k_base: 'counted from the texts with OpenAI’s tokenizer cl100k_base',
  'other-family': 'the model has a tokenizer of its own, which often counts more, some by half',
  extrapolated: 'the texts were long, so a sample of them was counted',
  'without-media': 'images, sounds and files are not counted',
};

/** The dialect a span spoke, as people call it. */
export function dialectName(dialect: string): string {
  return DIALECT_NAMES[dialect] ?? dialect;
}

/** Whether the tokens were counted by Sightglass: the rule's words say so. */
export const isEstimatedHere = (rule: string | null): boolean => rule?.startsWith('estimated:') === true;

/** The rule that made the token numbers, in words: `ai-sdk:input+cache` → `AI SDK: cached tokens were added to the input`. Null when there is none. */
export function tokenRuleWords(rule: string | null): string | null {
  if (rule === null || rule === '') return null;
  const colon = rule.indexOf(':');
  const steps = rule
    .slice(colon + 1)
    .split(',')
    .map((step) => RULE_WORDS[step] ?? step)
    .join(', ');
  return colon <= 0 ? steps : `${dialectName(rule.slice(0, colon))}: ${steps}`;
}
