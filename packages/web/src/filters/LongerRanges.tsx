import { resolveRange, type TimeRange } from '../time/timeRange.ts';
import { useTimeRange } from '../time/useTimeRange.ts';
import { Button } from '../ui/Button.tsx';

const LONGER: readonly { label: string; range: TimeRange }[] = [
  { label: 'Last 7 days', range: { from: 'now-7d', to: 'now' } },
  { label: 'Last 90 days', range: { from: 'now-90d', to: 'now' } },
];

/** Buttons to longer ranges than the one that is shown. */
export function LongerRanges() {
  const { range, setRange } = useTimeRange();
  const shownFrom = resolveRange(range, 0).fromMs;
  return LONGER.filter((longer) => !range.from.startsWith('now') || resolveRange(longer.range, 0).fromMs < shownFrom).map((longer) => (
    <Button key={longer.label} onClick={() => setRange(longer.range)}>
      {longer.label}
    </Button>
  ));
}
