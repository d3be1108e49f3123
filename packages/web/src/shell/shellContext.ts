import type { Me } from '@sightglass/contract/routes/workspace';
import { createContext, useContext } from 'react';

export interface ShellContextValue {
  me: Me;
  /** Opens the navigation where it is folded away (phones). */
  openMenu: () => void;
  openPalette: () => void;
  openHelp: () => void;
}

export const ShellContext = createContext<ShellContextValue | null>(null);

/** What the shell offers to the pages inside it. */
export function useShell(): ShellContextValue {
  const value = useContext(ShellContext);
  if (value === null) throw new Error('useShell is called outside of the shell');
  return value;
}
