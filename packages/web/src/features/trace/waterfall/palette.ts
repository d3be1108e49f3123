import { SPAN_KINDS, type SpanKind } from '@sightglass/contract/spanKinds';

/** The tokens a canvas needs, as colours the canvas understands. */
export interface Palette {
  kind: Readonly<Record<SpanKind, string>>;
  ink: string;
  ink3: string;
  surface: string;
  line: string;
  lineStrong: string;
  crit: string;
  font: string;
}

/** Reads the theme's tokens as they hold now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    kind: Object.fromEntries(SPAN_KINDS.map((kind) => [kind, token(`--k-${kind}`)])) as Record<SpanKind, string>,
    ink: token('--ink'),
    ink3: token('--ink-3'),
    surface: token('--surface'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    crit: token('--crit'),
    font: token('--font'),
  };
}
