import { CalendarClock, ChevronDown, Snowflake } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Button } from '../ui/Button.tsx';
import { zoneLabel } from '../ui/formatTime.ts';
import { Popover } from '../ui/Popover.tsx';
import { usePreference } from '../ui/preference.ts';
import { recentRanges } from './recentRanges.ts';
import { describeEnd, describeRange, followsNow, freezeRange, RANGE_PRESETS, readTypedRange, type TimeRange } from './timeRange.ts';
import { useNow } from './now.ts';
import { flipUtc, useTimeZone } from './timeZone.ts';
import { TimeZoneField } from './TimeZoneField.tsx';
import { useTimeRange } from './useTimeRange.ts';
import './timeRangePicker.css';

const MINUTE_MS = 60_000;

/** The range of the page: presets, typed ends, recent ranges, freeze, and the zone of the clock. */
export function TimeRangePicker() {
  const [open, setOpen] = useState(false);
  const { range, setRange } = useTimeRange();
  const zone = useTimeZone();
  const choose = (next: TimeRange) => {
    setRange(next);
    setOpen(false);
  };
  useShortcuts([
    { keys: 't', label: 'Choose the time range', group: 'Time', run: () => setOpen(true) },
    { keys: 'u', label: 'Show times in UTC, or in your zone', group: 'Time', run: flipUtc },
  ]);
  const words = describeRange(range, zone);
  const zoneWords = zoneLabel(zone, useNow(MINUTE_MS));
  return (
    <Popover
      label="Time range"
      align="end"
      className="time-range"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button aria-label={`Time range: ${words}, ${zoneWords}`}>
          <CalendarClock aria-hidden="true" />
          <span className="truncate">{words}</span>
          <span className="dim time-range-zone">{zoneWords}</span>
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      <div className="time-range-columns">
        <RangeList label="Presets" ranges={RANGE_PRESETS} chosen={range} onChoose={choose} />
        <div className="time-range-own">
          <RangeForm key={`${range.from} ${range.to} ${zone}`} range={range} onChoose={choose} />
          <RecentRanges chosen={range} onChoose={choose} />
          <TimeZoneField />
        </div>
      </div>
    </Popover>
  );
}

interface RangeListProps {
  label: string;
  ranges: readonly { label: string; range: TimeRange }[];
  chosen: TimeRange;
  onChoose: (range: TimeRange) => void;
}

function RangeList({ label, ranges, chosen, onChoose }: RangeListProps) {
  return (
    <ul className="time-range-list" aria-label={label}>
      {ranges.map((each) => (
        <li key={`${each.range.from} ${each.range.to}`}>
          <button
            type="button"
            className="time-range-choice"
            aria-current={each.range.from === chosen.from && each.range.to === chosen.to}
            onClick={() => onChoose(each.range)}
          >
            {each.label}
          </button>
        </li>
      ))}
    </ul>
  );
}

function RangeForm({ range, onChoose }: { range: TimeRange; onChoose: (range: TimeRange) => void }) {
  const zone = useTimeZone();
  const problemId = useId();
  const [from, setFrom] = useState(describeEnd(range.from, zone));
  const [to, setTo] = useState(describeEnd(range.to, zone));
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readTypedRange(from, to, zone, Date.now());
    if ('problem' in read) setProblem(read.problem);
    else onChoose(read.range);
  };
  const field = { spellCheck: false, autoComplete: 'off', 'aria-invalid': problem !== null, 'aria-describedby': problemId } as const;
  return (
    <form onSubmit={submit} className="time-range-form">
      <label>
        From
        <input className="field" value={from} onChange={(event) => setFrom(event.target.value)} placeholder="now-6h" {...field} />
      </label>
      <label>
        To
        <input className="field" value={to} onChange={(event) => setTo(event.target.value)} placeholder="now" {...field} />
      </label>
      <p id={problemId} className={problem === null ? 'time-range-hint' : 'time-range-hint worse'} role={problem === null ? undefined : 'alert'}>
        {problem ?? 'now-6h, 2026-11-20 17:14, or RFC 3339'}
      </p>
      <div className="time-range-actions">
        <Button type="submit" variant="primary">
          Apply
        </Button>
        <Button
          disabled={!followsNow(range) && !range.from.startsWith('now')}
          title="Fix both ends at this moment, so that a shared link shows the same data"
          onClick={() => onChoose(freezeRange(range, Date.now()))}
        >
          <Snowflake aria-hidden="true" />
          Freeze
        </Button>
      </div>
    </form>
  );
}

function RecentRanges({ chosen, onChoose }: { chosen: TimeRange; onChoose: (range: TimeRange) => void }) {
  const zone = useTimeZone();
  const ranges = usePreference(recentRanges);
  if (ranges.length === 0) return null;
  return (
    <div>
      <h3 className="time-range-heading">Recent</h3>
      <RangeList
        label="Recent ranges"
        ranges={ranges.map((range) => ({ label: describeRange(range, zone), range }))}
        chosen={chosen}
        onChoose={onChoose}
      />
    </div>
  );
}
