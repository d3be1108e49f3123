import type { UseMutationResult } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { asProblem } from '../../../api/ProblemState.tsx';
import type { ButtonProps } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { problemAt } from '../fieldErrors.ts';

interface OwnDialogProps {
  title: string;
  /** The verb of the button that sends. */
  send: string;
  variant?: ButtonProps['variant'];
  sending: Pick<UseMutationResult<unknown, Error, void>, 'mutate' | 'isPending' | 'error'>;
  /** Of the account: password managers look for it beside a password. */
  email: string;
  onClose: () => void;
  /** `problemOf` says what is wrong with the field at a pointer. */
  children: (problemOf: (pointer: string) => string | undefined) => ReactNode;
}

/** A dialog with a form about the own account: fields, what was wrong with them, and the two ways out. */
export function OwnDialog({ title, send, variant = 'primary', sending, email, onClose, children }: OwnDialogProps) {
  const problem = sending.error === null ? undefined : asProblem(sending.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate();
  };
  return (
    <Dialog open onOpenChange={(open) => (open || sending.isPending ? undefined : onClose())} title={title}>
      <form className="dialog-body profile-form" onSubmit={submit} noValidate>
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        {children((pointer) => (problem === undefined ? undefined : problemAt(problem.errors, pointer)))}
        <DialogActions
          send={send}
          variant={variant}
          busy={sending.isPending}
          problem={problem === undefined || problem.errors.length > 0 ? undefined : problem.message}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
