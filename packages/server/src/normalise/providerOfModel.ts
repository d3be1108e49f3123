/**
 * The vendor behind a model's name, for clients that send no provider (Langfuse). Names of open models say
 * nothing about who served them, so they have none.
 */
const FAMILIES: ReadonlyArray<readonly [pattern: RegExp, provider: string]> = [
  [
    /^(gpt-(?!oss)|chatgpt-|o[1-9](-|$)|text-embedding-(3|ada)|text-davinci|davinci|babbage|dall-e|whisper|tts-|codex-|computer-use-|omni-moderation|ft:gpt-)/,
    'openai',
  ],
  [/^claude/, 'anthropic'],
  [/^(models\/)?(gemini|text-embedding-00|gemini-embedding|embedding-00|imagen|veo)/, 'google'],
  [/^(mistral|ministral|magistral|codestral|devstral|pixtral|open-mistral|open-mixtral)/, 'mistral'],
  [/^(command|embed-(english|multilingual|v)|rerank-)/, 'cohere'],
  [/^grok/, 'xai'],
  [/^deepseek-(chat|reasoner)/, 'deepseek'],
  [/^(us|eu|apac|global)?\.?(anthropic|amazon|meta|mistral|cohere|ai21)\.[\w-]+(-v\d)?(:\d+)?/, 'aws.bedrock'],
  [/^(sonar|pplx-)/, 'perplexity'],
];

/** Undefined when the name does not tell. */
export function providerOfModel(model: string | undefined): string | undefined {
  if (model === undefined) return undefined;
  const name = model.slice(0, 100).toLowerCase();
  for (const [pattern, provider] of FAMILIES) if (pattern.test(name)) return provider;
  return undefined;
}
