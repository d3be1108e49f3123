import { Dialog } from '../ui/Dialog.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { MOD_KEY } from './platform.ts';
import { activeShortcuts, type Shortcut } from './shortcuts.ts';
import './keyboardHelp.css';

/** Every key that works on the page one came from. */
export function KeyboardHelp({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of activeShortcuts()) groups.set(shortcut.group, [...(groups.get(shortcut.group) ?? []), shortcut]);
  return (
    <Dialog open onOpenChange={onOpenChange} title="Keyboard">
      <div className="dialog-body keyboard-help">
        {[...groups].map(([group, shortcuts]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts.map((shortcut) => (
                <div key={shortcut.keys}>
                  <dt>{shortcut.label}</dt>
                  <dd>
                    <Kbd keys={shortcut.keys.replace('mod+', `${MOD_KEY} `).replace('Escape', 'Esc').replace(/ k$/, ' K')} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
