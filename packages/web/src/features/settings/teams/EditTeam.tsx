import type { Member } from '@sightglass/contract/routes/members';
import type { NewTeam, Team } from '@sightglass/contract/routes/teams';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeTeam, createTeam, MEMBERS_KEY } from '../../../api/members.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { ChoiceList } from '../ChoiceList.tsx';
import { problemAt } from '../fieldErrors.ts';
import { LinesField } from '../LinesField.tsx';
import { lineValues } from '../lineList.ts';

interface EditTeamProps {
  /** Null: a new one. */
  team: Team | null;
  members: readonly Member[];
  onSaved: (words: string) => void;
  onClose: () => void;
}

/** Makes or changes a team. */
export function EditTeam({ team, members, onSaved, onClose }: EditTeamProps) {
  const client = useQueryClient();
  const [name, setName] = useState(team?.name ?? '');
  const [chosen, setChosen] = useState<string[]>(() => team?.members.slice() ?? []);
  const [agents, setAgents] = useState(() => team?.agents.join('\n') ?? '');
  const save = useMutation({
    mutationFn: (body: NewTeam) => (team === null ? createTeam(body) : changeTeam(team.id, body)),
    onSuccess: async (saved) => {
      onSaved(`The team “${saved.name}” was ${team === null ? 'created' : 'changed'}. Who sees which agents follows within a second.`);
      await client.invalidateQueries({ queryKey: MEMBERS_KEY });
      onClose();
    },
  });
  const problem = save.error === null ? undefined : asProblem(save.error);
  const errors = problem?.errors ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name, members: chosen, agents: lineValues(agents) });
  };
  return (
    <Dialog
      open
      className="role-dialog"
      onOpenChange={(open) => (open || save.isPending ? undefined : onClose())}
      title={team === null ? 'Create a team' : `The team “${team.name}”`}
    >
      <form className="dialog-body member-form" onSubmit={submit} noValidate>
        <TextField label="Name" placeholder="Support" maxLength={60} value={name} problem={problemAt(errors, '/name')} onChange={setName} />
        <div className="text-field">
          <span className="member-legend" aria-hidden="true">
            Members
          </span>
          <div className="team-people">
            <ChoiceList
              label="Members"
              choices={members.map(({ user_id, name: who, email }) => ({ name: user_id, label: who, text: email }))}
              chosen={chosen}
              onChange={setChosen}
            />
          </div>
          <FieldText problem={problemAt(errors, '/members')} />
        </div>
        <LinesField
          label="Agents"
          placeholder="support-bot"
          hint="One a line, as telemetry names them; name the services, too, whose spans name no agent. Only the members of their teams see these, and whoever manages members or keys or reads the audit log."
          value={agents}
          pointer="/agents"
          errors={errors}
          onChange={setAgents}
        />
        <DialogActions
          send={team === null ? 'Create the team' : 'Save'}
          busy={save.isPending}
          problem={problem === undefined ? undefined : `Not saved: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
