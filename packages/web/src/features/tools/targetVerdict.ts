/** An availability beside the target that it is held to. Pure. */
import type { AvailabilityTarget, TargetKind } from '@sightglass/contract/availabilityTargets';

/** `unheld`: no target. `unknown`: a target, and no call to tell by. */
export type TargetVerdict = 'unheld' | 'unknown' | 'met' | 'missed';

export function targetVerdict(availability: number | null, target: number | null): TargetVerdict {
  if (target === null) return 'unheld';
  if (availability === null) return 'unknown';
  return availability >= target ? 'met' : 'missed';
}

export function targetOf(targets: readonly AvailabilityTarget[], kind: TargetKind, name: string): number | null {
  return targets.find((target) => target.kind === kind && target.name === name)?.availability ?? null;
}

const percent = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });

/** With every digit that was set, for 99.95 and 99.99 are not the same promise: 0.9995 → `99.95 %`. */
export const targetText = (availability: number): string => `${percent.format(availability * 100)}\u202f%`;

/** `99.9`, `99.9 %` or `99,9` as a share of calls; undefined for what is none above 0 and up to 100. */
export function readTarget(typed: string): number | undefined {
  const text = typed.trim().replace(/\s*%$/, '').replace(',', '.');
  if (!/^\d{1,3}(?:\.\d{1,6})?$/.test(text)) return undefined;
  // Divided as text, so that 99.9 is 0.999 and nothing next to it.
  const share = Number(`${text}e-2`);
  return share > 0 && share <= 1 ? share : undefined;
}
