import type { Team } from '@sightglass/contract/routes/teams';
import { useQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { useState } from 'react';
import { deleteTeam, membersQuery, teamsQuery } from '../../../api/members.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { SaidLine } from '../../../ui/SaidLine.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { ConfirmDeletion } from '../members/ConfirmDeletion.tsx';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { EditTeam } from './EditTeam.tsx';
import { TeamTable } from './TeamTable.tsx';
import '../../../ui/narrowCards.css';
import '../../../ui/table.css';
import '../../../ui/field.css';
import '../members/members.css';
import '../roles/roles.css';
import './teams.css';

type Asked = { what: 'create' } | { what: 'edit' | 'delete'; team: Team };

/** Teams, and the agents that only their members see. */
export function TeamsPage() {
  const mayManage = useShell().me.permissions.includes('members.manage');
  const teams = useQuery(teamsQuery);
  const members = useQuery(membersQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState('');
  const ask = (next: Asked) => {
    setSaid('');
    setAsked(next);
  };
  const close = () => setAsked(null);
  const people = members.data;
  const create = (
    <Button variant="primary" disabled={people === undefined} onClick={() => ask({ what: 'create' })}>
      <Users aria-hidden="true" />
      Create a team
    </Button>
  );
  return (
    <SettingsPage title="Teams" readOnlyNote={false}>
      <SettingLoader query={teams} what="The teams">
        {(all) => (
          <div className="settings members">
            <SaidLine said={said} />
            <Panel title="Teams" note="who sees which agents" end={mayManage && all.length > 0 ? create : undefined}>
              {all.length === 0 ? (
                <EmptyState title="There is no team yet" actions={mayManage ? create : undefined}>
                  Everybody in the workspace sees every agent. Once an agent belongs to a team, only the members of its teams see its traces, logs,
                  costs and all else of it, and whoever manages members or keys or reads the audit log.
                </EmptyState>
              ) : (
                <TeamTable
                  teams={all}
                  members={people ?? []}
                  mayManage={mayManage && people !== undefined}
                  onEdit={(team) => ask({ what: 'edit', team })}
                  onDelete={(team) => ask({ what: 'delete', team })}
                />
              )}
            </Panel>
            {mayManage ? null : <p className="dim">Owners and admins of the workspace change teams.</p>}
          </div>
        )}
      </SettingLoader>
      {asked?.what === 'create' ? <EditTeam team={null} members={people ?? []} onSaved={setSaid} onClose={close} /> : null}
      {asked?.what === 'edit' ? <EditTeam team={asked.team} members={people ?? []} onSaved={setSaid} onClose={close} /> : null}
      {asked?.what === 'delete' ? (
        <ConfirmDeletion
          title={`Delete the team “${asked.team.name}”?`}
          remove={() => deleteTeam(asked.team.id)}
          onDeleted={() => setSaid(`The team “${asked.team.name}” was deleted.`)}
          onClose={close}
        >
          <p>
            {asked.team.agents.length === 0
              ? 'No agent belongs to it, so everybody sees what they saw before.'
              : 'Agents of it that belong to no other team are seen by everybody in the workspace again, within a second.'}
          </p>
        </ConfirmDeletion>
      ) : null}
    </SettingsPage>
  );
}
