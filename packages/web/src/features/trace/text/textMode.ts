import { createPreference, oneOf } from '../../../ui/preference.ts';

/** How payload text is shown: Markdown rendered, JSON as a tree, or as it was sent. */
export const TEXT_MODES = ['markdown', 'json', 'raw'] as const;
export type TextMode = (typeof TEXT_MODES)[number];

export const textModeChoice = createPreference<TextMode>({
  key: 'text-mode',
  fallback: 'markdown',
  parse: oneOf(TEXT_MODES),
  format: (mode) => mode,
});
