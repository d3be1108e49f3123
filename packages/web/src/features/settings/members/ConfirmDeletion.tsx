import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { MEMBERS_KEY } from '../../../api/members.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

interface ConfirmDeletionProps {
  title: string;
  /** What follows. */
  children: ReactNode;
  remove: () => Promise<unknown>;
  /** Begins the keys of everything that changes with it; absent: what tells of members. */
  queryKeys?: readonly QueryKey[];
  onDeleted: () => void;
  onClose: () => void;
}

const OF_MEMBERS: readonly QueryKey[] = [MEMBERS_KEY];

/** Asks before something that people keep is deleted, and says what follows. */
export function ConfirmDeletion({ title, children, remove, queryKeys = OF_MEMBERS, onDeleted, onClose }: ConfirmDeletionProps) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      onDeleted();
      await Promise.all(queryKeys.map((queryKey) => client.invalidateQueries({ queryKey })));
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
