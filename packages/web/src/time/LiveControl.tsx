import { useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu, MenuChoice } from '../ui/Menu.tsx';
import { usePreference } from '../ui/preference.ts';
import { REFRESH_CHOICES_SECONDS, type RefreshSeconds, refreshChoice } from './liveRefresh.ts';
import { followsNow } from './timeRange.ts';
import { useTimeRange } from './useTimeRange.ts';
import './liveControl.css';

const label = (seconds: RefreshSeconds) => (seconds === 0 ? 'Off' : seconds === 60 ? 'Every minute' : `Every ${seconds} s`);

/** Refreshes the page now, or by itself while it is seen. A range that ends at a fixed time has nothing to follow. */
export function LiveControl() {
  const client = useQueryClient();
  const seconds = usePreference(refreshChoice);
  const { range } = useTimeRange();
  const follows = followsNow(range);
  const live = follows && seconds > 0;
  const refresh = () => void client.invalidateQueries();
  useShortcuts([{ keys: 'r', label: 'Refresh now', group: 'Time', run: refresh }]);
  const state = live ? `Live: ${label(seconds).toLowerCase()}` : follows ? 'Live: off' : 'Fixed range';
  return (
    <div className="live">
      <Menu
        align="end"
        trigger={
          <Button variant="ghost" disabled={!follows} aria-label={state} title={follows ? undefined : 'The range ends at a fixed time'}>
            <i className={live ? 'live-dot live-dot-on' : 'live-dot'} aria-hidden="true" />
            <span className="live-word">{live ? 'Live' : follows ? 'Paused' : 'Fixed'}</span>
          </Button>
        }
      >
        <MenuChoice
          label="Refresh while the page is seen"
          value={String(seconds)}
          options={REFRESH_CHOICES_SECONDS.map((each) => ({ value: String(each), label: label(each) }))}
          onChange={(value) => refreshChoice.set(REFRESH_CHOICES_SECONDS.find((each) => String(each) === value) ?? 0)}
        />
      </Menu>
      <IconButton label="Refresh now" keys="r" onClick={refresh} className="live-now">
        <RefreshCw aria-hidden="true" />
      </IconButton>
    </div>
  );
}
