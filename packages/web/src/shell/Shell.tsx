import { MAILED_LINK_PATHS } from '@sightglass/contract/routes/signIn';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useEffect, useMemo, useState } from 'react';
import { meQuery } from '../api/me.ts';
import { asProblem, ProblemState } from '../api/ProblemState.tsx';
import { keepRange } from '../time/keepRange.ts';
import { BrandMark } from './Brand.tsx';
import { MobileMenu } from './MobileMenu.tsx';
import { DESTINATIONS, MEASURE_DESTINATIONS, SETUP_DESTINATIONS } from './navigation.ts';
import { Rail } from './Rail.tsx';
import { ShellContext, type ShellContextValue } from './shellContext.ts';
import { listenToKeyboard, useShortcuts } from './shortcuts.ts';
import './shell.css';

const SignInPage = lazy(() => import('../features/signIn/SignInPage.tsx').then((module) => ({ default: module.SignInPage })));
const InvitationPage = lazy(() => import('../features/invitation/InvitationPage.tsx').then((module) => ({ default: module.InvitationPage })));
const MailLinkPage = lazy(() => import('../features/signIn/MailLinkPage.tsx').then((module) => ({ default: module.MailLinkPage })));
const ResetPasswordPage = lazy(() => import('../features/signIn/ResetPasswordPage.tsx').then((module) => ({ default: module.ResetPasswordPage })));
/** Where the links in messages about alerts lead; what follows is the token. */
const ALERT_LINK_PATH = '/acknowledge/';
/** Pages that open with or without a session, and stand by themselves. */
const OPEN_PAGES: ReadonlyMap<string, ReactElement> = new Map([
  ['/invite', <InvitationPage key="invite" />],
  [MAILED_LINK_PATHS.signIn, <MailLinkPage key="mail" />],
  [MAILED_LINK_PATHS.resetPassword, <ResetPasswordPage key="reset" />],
]);
const AlertLinkPage = lazy(() => import('../features/alertLink/AlertLinkPage.tsx').then((module) => ({ default: module.AlertLinkPage })));
const Toasts = lazy(() => import('../features/notifications/Toasts.tsx').then((module) => ({ default: module.Toasts })));
const loadPalette = () => import('./CommandPalette.tsx');
const loadHelp = () => import('./KeyboardHelp.tsx');
const CommandPalette = lazy(() => loadPalette().then((module) => ({ default: module.CommandPalette })));
const KeyboardHelp = lazy(() => loadHelp().then((module) => ({ default: module.KeyboardHelp })));
/** Overlays are fetched once the page has settled: whoever opens one types at once. */
const OVERLAYS_AFTER_MS = 1500;

function openPageAt(path: string): ReactElement | undefined {
  if (path.startsWith(ALERT_LINK_PATH)) return <AlertLinkPage token={path.slice(ALERT_LINK_PATH.length)} />;
  return OPEN_PAGES.get(path);
}

/** Everything around the pages. Nothing is shown before the server has said who is asking. */
export function Shell() {
  const me = useQuery(meQuery);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const openPage = openPageAt(path);
  if (openPage !== undefined) return <Suspense fallback={<Splash />}>{openPage}</Suspense>;
  if (me.data !== undefined && !(me.error !== null && asProblem(me.error).status === 401)) return <SignedIn me={me.data} />;
  if (me.error !== null) {
    if (asProblem(me.error).status === 401) {
      return (
        <Suspense fallback={<Splash />}>
          <SignInPage />
        </Suspense>
      );
    }
    return (
      <div className="shell-splash">
        <BrandMark size={40} />
        <ProblemState error={me.error} what="Sightglass could not be opened" onRetry={() => void me.refetch()} />
      </div>
    );
  }
  return <Splash />;
}

function Splash() {
  return (
    <div className="shell-splash" role="status">
      <BrandMark size={40} />
      <span className="visually-hidden">Loading</span>
    </div>
  );
}

type Overlay = 'menu' | 'palette' | 'help' | null;

function SignedIn({ me }: { me: ShellContextValue['me'] }) {
  const [overlay, setOverlay] = useState<Overlay>(null);
  const navigate = useNavigate();
  useEffect(listenToKeyboard, []);
  useEffect(() => {
    const timer = setTimeout(() => void Promise.all([loadPalette(), loadHelp()]).catch(() => undefined), OVERLAYS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useShortcuts([
    ...[...DESTINATIONS, ...MEASURE_DESTINATIONS, ...SETUP_DESTINATIONS].map(({ to, label, keys }) => ({
      keys,
      label: `Go to ${label}`,
      group: 'Go',
      run: () => void navigate({ to, search: keepRange }),
    })),
    { keys: 'mod+k', label: 'Search and commands', group: 'General', run: () => setOverlay('palette') },
    { keys: '?', label: 'This help', group: 'General', run: () => setOverlay('help') },
  ]);
  const context = useMemo<ShellContextValue>(
    () => ({ me, openMenu: () => setOverlay('menu'), openPalette: () => setOverlay('palette'), openHelp: () => setOverlay('help') }),
    [me],
  );
  const close = (name: Overlay) => (open: boolean) => setOverlay((current) => (open ? name : current === name ? null : current));
  return (
    <ShellContext value={context}>
      <a href="#main" className="shell-skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to content
      </a>
      <div className="shell">
        <aside className="shell-rail">
          <Rail />
        </aside>
        <Outlet />
      </div>
      <Suspense>
        <Toasts />
      </Suspense>
      <MobileMenu open={overlay === 'menu'} onOpenChange={close('menu')} />
      <Suspense>
        {overlay === 'palette' ? <CommandPalette onOpenChange={close('palette')} /> : null}
        {overlay === 'help' ? <KeyboardHelp onOpenChange={close('help')} /> : null}
      </Suspense>
    </ShellContext>
  );
}
