import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './Button.tsx';
import './confirmDialog.css';

interface DialogActionsProps {
  /** The verb of the button that sends the form around it. */
  send: string;
  /** What that button reads while it is being sent. */
  sending?: string;
  variant?: ButtonProps['variant'];
  /** While it is being sent nothing can be pressed. */
  busy: boolean;
  /** True: there is nothing to send yet. */
  disabled?: boolean;
  /** What was not done, and why; a problem of one field stands with the field. */
  problem?: string | undefined;
  onCancel: () => void;
  /** Further buttons, before the two. */
  children?: ReactNode;
}

/** The end of a form in a dialog: what went wrong, the way out, and the button that sends it. */
export function DialogActions(props: DialogActionsProps) {
  const { send, sending = 'Waiting …', variant = 'primary', busy, disabled = false, problem, onCancel, children } = props;
  return (
    <>
      {problem === undefined ? null : (
        <p className="worse" role="alert">
          {problem}
        </p>
      )}
      <div className="confirm-actions">
        {children}
        <Button onClick={onCancel} disabled={busy}>
          Cancel
        </Button>
        <Button type="submit" variant={variant} disabled={busy || disabled}>
          {busy ? sending : send}
        </Button>
      </div>
    </>
  );
}
