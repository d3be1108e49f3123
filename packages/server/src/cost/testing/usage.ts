import type { Usage } from '../../normalise/canonicalSpan.ts';

/** Usage of which only the named counts were sent. */
export function usageOf(counts: Partial<Usage>): Usage {
  return {
    inputTokens: null,
    outputTokens: null,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: null,
    audioInputTokens: null,
    audioOutputTokens: null,
    imageInputTokens: null,
    totalTokens: null,
    reported: {},
    rule: 'test:includes',
    estimated: false,
    ...counts,
  };
}
