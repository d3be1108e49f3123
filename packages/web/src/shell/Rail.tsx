import { Link, useRouterState } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { OpenAlertsCount } from '../features/alerts/OpenAlertsCount.tsx';
import { keepRange } from '../time/keepRange.ts';
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { BrandMark } from './Brand.tsx';
import { type Destination, DESTINATIONS, MEASURE_DESTINATIONS, SETUP_DESTINATIONS } from './navigation.ts';
import { useShell } from './shellContext.ts';
import { switchWorkspace } from './switchWorkspace.ts';
import { ThemeSwitch } from './ThemeSwitch.tsx';
import './rail.css';

const CreateWorkspace = lazy(() =>
  import('../features/settings/workspace/CreateWorkspace.tsx').then((module) => ({ default: module.CreateWorkspace })),
);

/** The navigation beside every page; on phones the same stands in a drawer. */
export function Rail({ onNavigate }: { onNavigate?: () => void }) {
  return (
    <div className="rail">
      <Link to="/" search={keepRange} className="rail-brand" onClick={onNavigate}>
        <BrandMark />
        Sightglass
      </Link>
      <WorkspaceName />
      <nav aria-label="Main" className="rail-nav">
        <Destinations items={DESTINATIONS} onNavigate={onNavigate} />
        <div className="rail-group">Measures</div>
        <Destinations items={MEASURE_DESTINATIONS} onNavigate={onNavigate} />
        <div className="rail-group" id="rail-setup">
          Set up
        </div>
        <Destinations items={SETUP_DESTINATIONS} onNavigate={onNavigate} />
      </nav>
      <div className="rail-foot">
        <AccountMenu />
        <ThemeSwitch />
      </div>
    </div>
  );
}

function Destinations({ items, onNavigate }: { items: readonly Destination[]; onNavigate: (() => void) | undefined }) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const on = { className: 'rail-link rail-link-on', 'aria-current': 'page' } as const;
  return (
    <ul>
      {items.map(({ to, also, label, Icon }) => (
        <li key={to}>
          <Link
            to={to}
            search={keepRange}
            className="rail-link"
            activeProps={on}
            {...(also !== undefined && path.startsWith(also) ? on : {})}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            onClick={onNavigate}
          >
            <Icon aria-hidden="true" />
            {label}
            {to === '/alerts' ? <OpenAlertsCount /> : null}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The workspace whose data is shown. Where there is one, and no other can be made, there is nothing to choose and no menu. */
function WorkspaceName() {
  const { me } = useShell();
  const mayCreate = me.user !== null && me.permissions.includes('instance.manage');
  const [creating, setCreating] = useState(false);
  if (me.workspaces.length < 2 && !mayCreate) {
    return (
      <div className="rail-workspace" title={`Workspace ${me.workspace.slug}`}>
        <span className="truncate">{me.workspace.name}</span>
      </div>
    );
  }
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="rail-workspace" aria-label={`Workspace: ${me.workspace.name}`}>
            <span className="truncate">{me.workspace.name}</span>
            <ChevronsUpDown aria-hidden="true" />
          </button>
        }
      >
        {me.workspaces.map((workspace) => (
          <MenuItem
            key={workspace.id}
            end={workspace.id === me.workspace.id ? <Check aria-hidden="true" /> : workspace.slug}
            onSelect={() => switchWorkspace(workspace.slug)}
          >
            {workspace.name}
          </MenuItem>
        ))}
        {mayCreate ? (
          <>
            <MenuSeparator />
            <MenuItem icon={<Plus aria-hidden="true" />} onSelect={() => setCreating(true)}>
              Create a workspace …
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <Suspense>{creating ? <CreateWorkspace onClose={() => setCreating(false)} /> : null}</Suspense>
    </>
  );
}
