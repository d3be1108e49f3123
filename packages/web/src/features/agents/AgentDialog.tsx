import type { JudgedAgent } from '@sightglass/contract/agent';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { AGENTS_KEY, changeAgent, createAgent } from '../../api/agents.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { keepRange } from '../../time/keepRange.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogActions } from '../../ui/DialogActions.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { LinesField } from '../settings/LinesField.tsx';
import { type AgentDraft, changesOf, draftOf, EMPTY_DRAFT } from './agentDraft.ts';
import '../../ui/field.css';
import './agents.css';

const TEXT_CHARS_MAX = 200;
const ID_CHARS_MAX = 1000;

/** Says who an agent is: a new one, or one that is there. */
export function AgentDialog({ agent, onClose }: { agent?: JudgedAgent; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<AgentDraft>(agent === undefined ? EMPTY_DRAFT : draftOf(agent));
  const save = useMutation({
    mutationFn: () =>
      agent === undefined ? createAgent({ agent_id: draft.agentId.trim(), ...changesOf(draft) }) : changeAgent(agent.agent_id, changesOf(draft)),
    onSuccess: async ({ agent_id: agentId }) => {
      await client.invalidateQueries({ queryKey: AGENTS_KEY });
      onClose();
      if (agent === undefined) void navigate({ to: '/agents/$agentId', params: { agentId }, search: keepRange });
    },
  });
  const problem = save.error === null ? undefined : asProblem(save.error);
  const errors = problem?.errors ?? [];
  const set = (changes: Partial<AgentDraft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    save.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || save.isPending ? undefined : onClose())}
      title={agent === undefined ? 'Create an agent' : `Describe ${agent.name ?? agent.agent_id}`}
    >
      <form className="dialog-body agent-form" onSubmit={send} noValidate>
        {agent === undefined ? (
          <TextField
            label="Agent id"
            hint="As its telemetry names it: gen_ai.agent.name, else service.name. It cannot be changed."
            maxLength={ID_CHARS_MAX}
            value={draft.agentId}
            problem={problemAt(errors, '/agent_id')}
            onChange={(agentId) => set({ agentId })}
          />
        ) : null}
        <TextField
          label="Name"
          hint="Shown in place of the id"
          maxLength={TEXT_CHARS_MAX}
          value={draft.name}
          problem={problemAt(errors, '/name')}
          onChange={(name) => set({ name })}
        />
        <TextField
          label="Owner"
          hint="Whom to ask: a person or a team"
          maxLength={TEXT_CHARS_MAX}
          value={draft.owner}
          problem={problemAt(errors, '/owner')}
          onChange={(owner) => set({ owner })}
        />
        <TextField
          label="Department"
          maxLength={TEXT_CHARS_MAX}
          value={draft.department}
          problem={problemAt(errors, '/department')}
          onChange={(department) => set({ department })}
        />
        <LinesField label="Tags" hint="One a line" value={draft.tags} pointer="/tags" errors={errors} onChange={(tags) => set({ tags })} />
        <DialogActions
          send={agent === undefined ? 'Create it' : 'Save'}
          sending="Saving …"
          busy={save.isPending}
          disabled={agent === undefined && draft.agentId.trim() === ''}
          problem={problem === undefined ? undefined : `Not saved: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
