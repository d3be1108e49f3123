import type { IdentityProvider } from '@sightglass/contract/routes/identityProviders';
import { Ellipsis, PencilLine, Stethoscope, Trash2 } from 'lucide-react';
import { IconButton } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { LoadingRows } from '../../../ui/LoadingRows.tsx';
import { Menu, MenuItem } from '../../../ui/Menu.tsx';
import { TableHead, unseen } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';

interface ProviderTableProps {
  /** Undefined while they are on their way. */
  providers: readonly IdentityProvider[] | undefined;
  onChange: (provider: IdentityProvider) => void;
  onTest: (provider: IdentityProvider) => void;
  onRemove: (provider: IdentityProvider) => void;
}

export function ProviderTable({ providers, ...actions }: ProviderTableProps) {
  return (
    <div className="narrow-scroll" aria-busy={providers === undefined}>
      <table className="table narrow-cards provider-table">
        <TableHead columns={['Provider', 'State', 'Who may come in', 'Address to register with it', unseen('Actions')]} />
        <tbody>
          {providers === undefined ? (
            <LoadingRows columns={5} />
          ) : (
            providers.map((provider) => <ProviderRow key={provider.id} provider={provider} {...actions} />)
          )}
        </tbody>
      </table>
    </div>
  );
}

function ProviderRow({ provider, onChange, onTest, onRemove }: { provider: IdentityProvider } & Omit<ProviderTableProps, 'providers'>) {
  const { name, issuer, email_domains: domains, join_workspace: joins, redirect_uri: redirectUri } = provider;
  return (
    <tr>
      <th scope="row" className="provider-name">
        <span className="truncate" title={name}>
          {name}
        </span>
        <span className="provider-issuer truncate" title={issuer}>
          {issuer}
        </span>
      </th>
      <td data-label="State">
        <ProviderState provider={provider} />
      </td>
      <td data-label="Who may come in" className="provider-words">
        {domains.length === 0 ? 'Every verified address' : `Addresses of ${domains.join(', ')}`}
        {joins === null ? '; people with an account' : `; others join ${joins} as viewers`}
      </td>
      <td data-label="Address to register with it" className="provider-address">
        {redirectUri === null ? (
          <span className="worse">needs SIGHTGLASS_PUBLIC_URL</span>
        ) : (
          <span className="provider-redirect">
            <code className="truncate" title={redirectUri}>
              {redirectUri}
            </code>
            <CopyButton text={redirectUri} label="Copy the address" />
          </span>
        )}
      </td>
      <td className="narrow-corner">
        <ProviderMenu provider={provider} onChange={onChange} onTest={onTest} onRemove={onRemove} />
      </td>
    </tr>
  );
}

function ProviderMenu({ provider, onChange, onTest, onRemove }: { provider: IdentityProvider } & Omit<ProviderTableProps, 'providers'>) {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={`What to do with ${provider.name}`}>
          <Ellipsis aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem icon={<Stethoscope aria-hidden="true" />} onSelect={() => onTest(provider)}>
        Test
      </MenuItem>
      <MenuItem icon={<PencilLine aria-hidden="true" />} onSelect={() => onChange(provider)}>
        Change
      </MenuItem>
      <MenuItem icon={<Trash2 aria-hidden="true" />} onSelect={() => onRemove(provider)}>
        Remove
      </MenuItem>
    </Menu>
  );
}

function ProviderState({ provider: { enabled, usable } }: { provider: IdentityProvider }) {
  if (!usable) return <Tag tone="crit">needs its secret again</Tag>;
  return enabled ? <Tag tone="ok">on</Tag> : <Tag>off</Tag>;
}
