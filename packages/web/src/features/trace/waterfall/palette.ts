import type { Theme } from '../../../ui/theme.ts';
import { SPAN_KINDS, type SpanKind } from '@sightglass/contract/spanKinds';

/** The tokens a canvas needs, as colours the canvas understands. */
export interface Palette {
  theme: Theme;
  kind: Readonly<Record<SpanKind, string>>;
  ink: string;
  ink3: string;
  surface: string;
  line: string;
  lineStrong: string;
  crit: string;
  font: string;
}

/** Reads the tokens of the theme on screen. Before the page's font has loaded, measuring and painting must use the same other one. */
export function readPalette(theme: Theme, fontsLoaded: boolean): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    theme,
    kind: Object.fromEntries(SPAN_KINDS.map((kind) => [kind, token(`--k-${kind}`)])) as Record<SpanKind, string>,
    ink: token('--ink'),
    ink3: token('--ink-3'),
    surface: token('--surface'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    crit: token('--crit'),
    font: fontsLoaded ? token('--font') : 'system-ui, sans-serif',
  };
}
