import { Menu as MenuIcon, Search } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { NotificationBell } from '../features/notifications/NotificationBell.tsx';
import { LiveControl } from '../time/LiveControl.tsx';
import { TimeRangePicker } from '../time/TimeRangePicker.tsx';
import { Button } from '../ui/Button.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { MOD_KEY } from './platform.ts';
import { useShell } from './shellContext.ts';
import { TroubleBar } from './TroubleBar.tsx';
import './page.css';

interface PageProps {
  /** Names the page in the bar and in the browser's tab. */
  title: string;
  /** What the bar shows instead of the plain title: a crumb, tags. */
  heading?: ReactNode;
  /** Buttons of this page, before the time range. */
  actions?: ReactNode;
  /** Whether the page shows the range of the URL; then the bar offers to change it and to follow it. */
  timed?: boolean;
  /** The page scrolls by itself inside its own parts. */
  fill?: boolean;
  children: ReactNode;
}

/** One page: the bar with its title and controls, and the main part. Every route renders exactly one. */
export function Page({ title, heading, actions, timed = false, fill = false, children }: PageProps) {
  const { openMenu, openPalette } = useShell();
  useEffect(() => {
    document.title = `${title} · Sightglass`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-bar">
        <Button variant="ghost" className="button-icon page-menu" aria-label="Open navigation" onClick={openMenu}>
          <MenuIcon aria-hidden="true" />
        </Button>
        <h1 className="page-title">{heading ?? title}</h1>
        <div className="page-actions">
          {actions}
          {timed ? (
            <>
              <TimeRangePicker />
              <LiveControl />
            </>
          ) : null}
          <NotificationBell />
          <Button variant="ghost" className="page-search" aria-label="Search and commands" onClick={openPalette}>
            <Search aria-hidden="true" />
            <Kbd keys={`${MOD_KEY} K`} />
          </Button>
        </div>
      </header>
      <TroubleBar />
      <main id="main" tabIndex={-1} className={fill ? 'page-main page-main-fill' : 'page-main'}>
        {children}
      </main>
    </div>
  );
}
