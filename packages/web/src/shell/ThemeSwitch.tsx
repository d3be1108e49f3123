import { Monitor, Moon, Sun } from 'lucide-react';
import { Button } from '../ui/Button.tsx';
import { Menu, MenuChoice } from '../ui/Menu.tsx';
import { usePreference } from '../ui/preference.ts';
import { type ThemeChoice, themeChoice } from '../ui/theme.ts';

export const THEME_OPTIONS = [
  { value: 'light', label: 'Light', icon: <Sun aria-hidden="true" /> },
  { value: 'dark', label: 'Dark', icon: <Moon aria-hidden="true" /> },
  { value: 'system', label: 'As the system', icon: <Monitor aria-hidden="true" /> },
] as const satisfies readonly { value: ThemeChoice; label: string; icon: unknown }[];

export function ThemeSwitch() {
  const choice = usePreference(themeChoice);
  const chosen = THEME_OPTIONS.find((option) => option.value === choice);
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" className="button-icon" aria-label={`Theme: ${chosen?.label.toLowerCase()}`} title="Theme">
          {chosen?.icon}
        </Button>
      }
    >
      <MenuChoice label="Theme" value={choice} options={THEME_OPTIONS} onChange={(value) => themeChoice.set(value as ThemeChoice)} />
    </Menu>
  );
}
