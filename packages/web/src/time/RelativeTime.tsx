import { formatExact, formatRelative } from '../ui/formatTime.ts';
import { useNow } from './now.ts';
import { useTimeZone } from './timeZone.ts';

/** How long ago something was; the exact time in the chosen zone on hover. */
export function RelativeTime({ time }: { time: string }) {
  const now = useNow();
  const zone = useTimeZone();
  return (
    <time dateTime={time} title={formatExact(time, zone)}>
      {formatRelative(time, now)}
    </time>
  );
}
