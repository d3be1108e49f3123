import type { Member } from '@sightglass/contract/routes/members';
import type { Team } from '@sightglass/contract/routes/teams';
import { Pencil, Trash2 } from 'lucide-react';
import { IconButton } from '../../../ui/Button.tsx';
import { TableHead, unseen } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';

/** More are counted. */
const SHOWN_MAX = 8;

interface TeamTableProps {
  teams: readonly Team[];
  members: readonly Member[];
  mayManage: boolean;
  onEdit: (team: Team) => void;
  onDelete: (team: Team) => void;
}

/** The teams, who is in them and which agents are theirs. */
export function TeamTable({ teams, members, mayManage, onEdit, onDelete }: TeamTableProps) {
  const names = new Map(members.map(({ user_id, name }) => [user_id, name]));
  return (
    <div className="narrow-scroll">
      <table className="table narrow-cards team-table">
        <TableHead columns={['Team', 'Members', 'Agents that only they see', unseen('Actions')]} />
        <tbody>
          {teams.map((team) => (
            <tr key={team.id}>
              <th scope="row" className="member-name">
                <span className="truncate" title={team.name}>
                  {team.name}
                </span>
              </th>
              <td data-label="Members">
                <Some items={team.members.map((id) => names.get(id) ?? id)} none="nobody" />
              </td>
              <td data-label="Agents">
                <Some items={team.agents} none="none" mono />
              </td>
              <td className="narrow-corner">
                {mayManage ? (
                  <>
                    <IconButton label={`Change ${team.name}`} onClick={() => onEdit(team)}>
                      <Pencil aria-hidden="true" />
                    </IconButton>
                    <IconButton label={`Delete ${team.name}`} onClick={() => onDelete(team)}>
                      <Trash2 aria-hidden="true" />
                    </IconButton>
                  </>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Some({ items, none, mono = false }: { items: readonly string[]; none: string; mono?: boolean }) {
  if (items.length === 0) return <span className="dim">{none}</span>;
  const more = items.length - SHOWN_MAX;
  return (
    <span className={mono ? 'member-teams mono' : 'member-teams'}>
      {items.slice(0, SHOWN_MAX).map((item) => (
        <Tag key={item} title={item}>
          {item}
        </Tag>
      ))}
      {more > 0 ? <span className="dim">and {more} more</span> : null}
    </span>
  );
}
