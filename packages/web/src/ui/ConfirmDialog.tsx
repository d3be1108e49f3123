import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './Button.tsx';
import './popup.css';
import './confirmDialog.css';

interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The verb of the button that does it. */
  confirm: string;
  cancel?: string;
  variant?: ButtonProps['variant'];
  /** While it is being done nothing can be pressed. */
  busy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks before something that cannot be taken back. Escape and the way out do nothing. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, title, children, confirm, cancel = 'Cancel', variant = 'primary', busy = false, onConfirm, onCancel } = props;
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next && !busy) onCancel();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog-backdrop" />
        <AlertDialog.Popup className="popup dialog confirm">
          <AlertDialog.Title>{title}</AlertDialog.Title>
          <AlertDialog.Description className="confirm-text" render={<div />}>
            {children}
          </AlertDialog.Description>
          <div className="confirm-actions">
            <AlertDialog.Close render={<Button disabled={busy}>{cancel}</Button>} />
            <Button variant={variant} disabled={busy} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
