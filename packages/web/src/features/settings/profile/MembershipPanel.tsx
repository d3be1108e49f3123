import type { Profile } from '@sightglass/contract/routes/profile';
import { Panel } from '../../../ui/Panel.tsx';
import { TableHead } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';

/** The workspaces that one is in, and the providers that know one. */
export function MembershipPanel({ profile, ownWorkspaceId }: { profile: Profile; ownWorkspaceId: string }) {
  return (
    <>
      <Panel title="Your workspaces">
        <div className="narrow-scroll">
          <table className="table narrow-cards">
            <TableHead columns={['Workspace', 'Role']} />
            <tbody>
              {profile.workspaces.map(({ id, name, role }) => (
                <tr key={id}>
                  <th scope="row">
                    {name} {id === ownWorkspaceId ? <Tag>open now</Tag> : null}
                  </th>
                  <td data-label="Role">{role}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      {profile.providers.length === 0 ? null : (
        <Panel title="Single sign-on" note="providers that know you">
          <ul className="setting-body profile-providers">
            {profile.providers.map(({ issuer, name }) => (
              <li key={issuer}>
                {name ?? 'A provider that was removed'} <span className="dim">{issuer}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
