import { Dialog } from '@base-ui/react/dialog';
import { Rail } from './Rail.tsx';

/** The navigation of narrow screens: slides in over the page. */
export function MobileMenu({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="mobile-menu">
          <Dialog.Title className="visually-hidden">Navigation</Dialog.Title>
          <Rail onNavigate={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
