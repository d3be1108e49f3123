import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { MEMBERS_KEY } from '../../../api/members.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

interface ConfirmDeletionProps {
  title: string;
  /** What follows. */
  children: ReactNode;
  remove: () => Promise<unknown>;
  onDeleted: () => void;
  onClose: () => void;
}

/** Asks before a role or a team is deleted. */
export function ConfirmDeletion({ title, children, remove, onDeleted, onClose }: ConfirmDeletionProps) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      onDeleted();
      await client.invalidateQueries({ queryKey: MEMBERS_KEY });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={title}
      confirm={deletion.isPending ? 'Waiting …' : 'Delete'}
      variant="danger"
      busy={deletion.isPending}
      onConfirm={() => deletion.mutate()}
      onCancel={onClose}
    >
      {children}
      {deletion.error === null ? null : (
        <p className="worse" role="alert">
          Not deleted: {asProblem(deletion.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
