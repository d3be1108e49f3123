import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleUser, Keyboard, LogOut, UserCog } from 'lucide-react';
import { Button } from '../ui/Button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { useShell } from './shellContext.ts';
import { signOut } from './signOut.ts';

/** Who is signed in, the keyboard help, and the way out. */
export function AccountMenu() {
  const { me, openHelp } = useShell();
  const client = useQueryClient();
  const navigate = useNavigate();
  const name = me.user === null ? 'API key' : me.user.name === '' ? me.user.email : me.user.name;
  return (
    <Menu
      trigger={
        <Button variant="ghost" className="account" aria-label={`Account: ${name}`}>
          <CircleUser aria-hidden="true" />
          <span className="truncate">{name}</span>
        </Button>
      }
    >
      <div className="account-text">
        {name}
        {me.user === null || me.user.email === name ? null : <span>{me.user.email}</span>}
        <span>
          {me.workspace.name} · Sightglass {me.version}
        </span>
      </div>
      <MenuSeparator />
      {me.user === null ? null : (
        <MenuItem icon={<UserCog aria-hidden="true" />} onSelect={() => void navigate({ to: '/settings/profile' })}>
          Your profile
        </MenuItem>
      )}
      <MenuItem icon={<Keyboard aria-hidden="true" />} end={<Kbd keys="?" />} onSelect={openHelp}>
        Keyboard
      </MenuItem>
      {me.user === null ? null : (
        <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => void signOut(client)}>
          Sign out
        </MenuItem>
      )}
    </Menu>
  );
}
