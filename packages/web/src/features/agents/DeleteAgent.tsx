import type { JudgedAgent } from '@sightglass/contract/agent';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { AGENTS_KEY, deleteAgent } from '../../api/agents.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { keepRange } from '../../time/keepRange.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';

/** Asks before an agent is deleted. */
export function DeleteAgent({ agent, onClose }: { agent: JudgedAgent; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteAgent(agent.agent_id),
    onSuccess: async () => {
      await navigate({ to: '/agents', search: keepRange });
      await client.invalidateQueries({ queryKey: [...AGENTS_KEY, 'pages'] });
    },
  });
  return (
    <ConfirmDialog
      open
      title={`Delete the agent ${agent.name ?? agent.agent_id}?`}
      confirm={remove.isPending ? 'Waiting …' : 'Delete'}
      variant="danger"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onCancel={onClose}
    >
      <p>
        Its name, owner, department and tags go. An agent of which spans or events are stored cannot be deleted, and telemetry that names it makes it
        anew.
      </p>
      {remove.error === null ? null : (
        <p className="worse" role="alert">
          Not deleted: {asProblem(remove.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
