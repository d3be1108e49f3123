import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { CalendarClock, Globe, Keyboard, LogOut, Search, Settings, Waypoints } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { keepRange } from '../time/keepRange.ts';
import { RANGE_PRESETS } from '../time/timeRange.ts';
import { flipUtc } from '../time/timeZone.ts';
import { useTimeRange } from '../time/useTimeRange.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { themeChoice } from '../ui/theme.ts';
import { DESTINATIONS, MEASURE_DESTINATIONS, SETTINGS, SETUP_DESTINATIONS } from './navigation.ts';
import { useShell } from './shellContext.ts';
import { signOut } from './signOut.ts';
import { THEME_OPTIONS } from './ThemeSwitch.tsx';
import './commandPalette.css';

const TRACE_ID = /^[0-9a-f]{32}$/i;

/** Go anywhere and do anything by typing: pages, a trace by its id, a search, ranges, theme. */
export function CommandPalette({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const client = useQueryClient();
  const { setRange } = useTimeRange();
  const { me, openHelp } = useShell();
  const text = typed.trim();
  const run = (action: () => void) => () => {
    onOpenChange(false);
    action();
  };
  return (
    <Dialog open onOpenChange={onOpenChange} title="Search and commands" titleHidden className="palette">
      <Command label="Search and commands" loop>
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          placeholder="Go to a page, paste a trace id, search traces …"
          className="palette-input"
        />
        <Command.List className="palette-list">
          <Command.Empty className="palette-empty">Nothing matches</Command.Empty>
          {TRACE_ID.test(text) ? (
            <Item
              icon={<Waypoints aria-hidden="true" />}
              value={`open trace ${text}`}
              onSelect={run(() => void navigate({ to: '/traces/$traceId', params: { traceId: text.toLowerCase() } }))}
            >
              Open trace <code>{text.slice(0, 12)}…</code>
            </Item>
          ) : text === '' ? null : (
            <Item
              icon={<Search aria-hidden="true" />}
              value={`search traces ${text}`}
              onSelect={run(() => void navigate({ to: '/traces', search: (search) => ({ ...keepRange(search), q: text }) }))}
            >
              Search traces for “{text}”
            </Item>
          )}
          <Command.Group heading="Go to">
            {[...DESTINATIONS, ...MEASURE_DESTINATIONS, ...SETUP_DESTINATIONS].map(({ to, label, Icon, keys }) => (
              <Item
                key={to}
                icon={<Icon aria-hidden="true" />}
                keys={keys}
                value={`go to ${label}`}
                onSelect={run(() => void navigate({ to, search: keepRange }))}
              >
                {label}
              </Item>
            ))}
            {SETTINGS.map(({ to, label }) => (
              <Item
                key={to}
                icon={<Settings aria-hidden="true" />}
                value={`go to settings ${label}`}
                onSelect={run(() => void navigate({ to, search: keepRange }))}
              >
                Settings: {label}
              </Item>
            ))}
          </Command.Group>
          <Command.Group heading="Time">
            {RANGE_PRESETS.map(({ label, range }) => (
              <Item key={label} icon={<CalendarClock aria-hidden="true" />} value={`time ${label}`} onSelect={run(() => setRange(range))}>
                {label}
              </Item>
            ))}
            <Item icon={<Globe aria-hidden="true" />} keys="u" value="time zone utc" onSelect={run(flipUtc)}>
              Show times in UTC, or in your zone
            </Item>
          </Command.Group>
          <Command.Group heading="Theme">
            {THEME_OPTIONS.map(({ value, label, icon }) => (
              <Item key={value} icon={icon} value={`theme ${label}`} onSelect={run(() => themeChoice.set(value))}>
                {label}
              </Item>
            ))}
          </Command.Group>
          <Command.Group heading="Account">
            <Item icon={<Keyboard aria-hidden="true" />} keys="?" value="keyboard help shortcuts" onSelect={run(openHelp)}>
              Keyboard
            </Item>
            {me.user === null ? null : (
              <Item icon={<LogOut aria-hidden="true" />} value="sign out" onSelect={run(() => void signOut(client))}>
                Sign out
              </Item>
            )}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}

function Item({
  icon,
  value,
  keys,
  onSelect,
  children,
}: {
  icon: ReactNode;
  value: string;
  keys?: string;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Command.Item className="palette-item" value={value} onSelect={onSelect}>
      {icon}
      <span className="truncate">{children}</span>
      {keys === undefined ? null : <Kbd keys={keys} />}
    </Command.Item>
  );
}
