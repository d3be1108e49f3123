import { useEffect, useRef } from 'react';

export interface Shortcut {
  /** Keys in order, separated by spaces: `j`, `g t`, `?`, `Enter`, `mod+k` (Ctrl, or ⌘ on a Mac). */
  keys: string;
  /** What it does, for the help page. */
  label: string;
  /** The heading it stands under in the help page. */
  group: string;
  run: () => void;
}

const SEQUENCE_TIMEOUT_MS = 1000;
const TEXT_TARGETS = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';
const POPUP_TARGETS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], [role="combobox"]';
const ACTIVE_TARGETS = 'button, a[href], summary, [role="tab"], [role="separator"], [role="slider"], [role="switch"], [role="button"]';

/** Sets of bindings in the order in which they appeared: where two bind the same keys, the newer page part wins. */
const bound: { current: readonly Shortcut[] }[] = [];

/**
 * Whether a key press belongs to what it is aimed at: everything typed into fields, dialogs and menus, and the keys that
 * buttons, links and tabs answer to themselves.
 */
export function belongsToTarget(key: string, target: Pick<Element, 'closest'>): boolean {
  if (target.closest(TEXT_TARGETS) !== null || target.closest(POPUP_TARGETS) !== null) return true;
  return (key === 'Enter' || key === ' ' || key.startsWith('Arrow')) && target.closest(ACTIVE_TARGETS) !== null;
}

/** What the keys pressed so far mean: a shortcut, the beginning of one, or nothing. The last binding of the same keys wins. */
export function matchKeys(pressed: readonly string[], shortcuts: readonly Shortcut[]): Shortcut | 'partial' | undefined {
  const text = pressed.join(' ');
  const exact = shortcuts.findLast((shortcut) => shortcut.keys === text);
  if (exact !== undefined) return exact;
  return shortcuts.some((shortcut) => shortcut.keys.startsWith(`${text} `)) ? 'partial' : undefined;
}

/** The shortcuts that work at this moment, for the help page. */
export function activeShortcuts(): Shortcut[] {
  const byKeys = new Map<string, Shortcut>();
  for (const set of bound) for (const shortcut of set.current) byKeys.set(shortcut.keys, shortcut);
  return [...byKeys.values()];
}

/** Binds keys while the calling component is on the page. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    bound.push(latest);
    return () => {
      bound.splice(bound.indexOf(latest), 1);
    };
  }, []);
}

/** Listens to the keyboard for the whole page. Called once, by the shell. */
export function listenToKeyboard(): () => void {
  let pressed: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.key === 'Shift') return;
    const withModifier = event.ctrlKey || event.metaKey;
    const key = withModifier ? `mod+${event.key.toLowerCase()}` : event.key;
    if (!withModifier && event.target instanceof Element && belongsToTarget(event.key, event.target)) return;
    clearTimeout(timer);
    const all = bound.flatMap((set) => set.current);
    // A key that does not go on with a sequence may begin one.
    const found = matchKeys([...pressed, key], all) ?? matchKeys([key], all);
    if (found === 'partial') {
      pressed = [...pressed, key];
      timer = setTimeout(() => {
        pressed = [];
      }, SEQUENCE_TIMEOUT_MS);
      return;
    }
    pressed = [];
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', onKeyDown);
  };
}
