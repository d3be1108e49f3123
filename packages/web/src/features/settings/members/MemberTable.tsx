import type { Member } from '@sightglass/contract/routes/members';
import { Ellipsis, LogOut, UserMinus, UserPen } from 'lucide-react';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { IconButton } from '../../../ui/Button.tsx';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { LoadingRows } from '../../../ui/LoadingRows.tsx';
import { Menu, MenuItem } from '../../../ui/Menu.tsx';
import { TableHead, unseen } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';

const COLUMNS = 6;

interface MemberTableProps {
  /** Undefined while they are on their way. */
  members: readonly Member[] | undefined;
  ownId: string | undefined;
  /** Whether whoever looks may change others. */
  mayManage: boolean;
  /** Why a member stays as they are; undefined when they can be changed. */
  whyNot: (member: Member) => string | undefined;
  onChange: (member: Member) => void;
  onRemove: (member: Member) => void;
}

/** Who is in the workspace. */
export function MemberTable({ members, ...actions }: MemberTableProps) {
  return (
    <div className="narrow-scroll" aria-busy={members === undefined}>
      <table className="table narrow-cards member-table">
        <TableHead columns={['Name', 'Role', 'Teams', 'Joined', 'Last seen', unseen('Actions')]} />
        <tbody>
          {members === undefined ? (
            <LoadingRows columns={COLUMNS} rows={4} />
          ) : (
            members.map((member) => <MemberRow key={member.user_id} member={member} {...actions} />)
          )}
        </tbody>
      </table>
    </div>
  );
}

function MemberRow({ member, ownId, mayManage, whyNot, onChange, onRemove }: { member: Member } & Omit<MemberTableProps, 'members'>) {
  const own = member.user_id === ownId;
  const why = whyNot(member);
  return (
    <tr>
      <th scope="row" className="member-name">
        <span className="truncate" title={member.name}>
          {member.name}
          {own ? <span className="dim"> (you)</span> : null}
        </span>
        <span className="member-email truncate" title={member.email}>
          {member.email}
        </span>
      </th>
      <td data-label="Role">{member.role_name}</td>
      <td data-label="Teams">
        {member.teams.length === 0 ? (
          <span className="dim">{NOT_SENT}</span>
        ) : (
          <span className="member-teams">
            {member.teams.map(({ id, name }) => (
              <Tag key={id}>{name}</Tag>
            ))}
          </span>
        )}
      </td>
      <td data-label="Joined">
        <RelativeTime time={member.joined_at} />
      </td>
      <td data-label="Last seen">
        {member.last_session_at === null ? <span className="dim">{NOT_SENT}</span> : <RelativeTime time={member.last_session_at} />}
      </td>
      <td className="narrow-corner">
        {mayManage || own ? (
          <Menu
            align="end"
            trigger={
              <IconButton label={`What to do with ${member.name}`}>
                <Ellipsis aria-hidden="true" />
              </IconButton>
            }
          >
            {mayManage ? (
              <MenuItem icon={<UserPen aria-hidden="true" />} disabled={why !== undefined} onSelect={() => onChange(member)}>
                Change the role
              </MenuItem>
            ) : null}
            <MenuItem
              icon={own ? <LogOut aria-hidden="true" /> : <UserMinus aria-hidden="true" />}
              disabled={why !== undefined}
              onSelect={() => onRemove(member)}
            >
              {own ? 'Leave the workspace' : 'Remove'}
            </MenuItem>
            {why === undefined ? null : <div className="menu-label member-why">{why}.</div>}
          </Menu>
        ) : null}
      </td>
    </tr>
  );
}
