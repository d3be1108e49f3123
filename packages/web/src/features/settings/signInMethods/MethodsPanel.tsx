import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { signInMethodsQuery } from '../../../api/signIn.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { Tag } from '../../../ui/Tag.tsx';

/** What is on, and what the operator would have to set for the rest. */
export function MethodsPanel() {
  const query = useQuery(signInMethodsQuery);
  const methods = query.data;
  return (
    <Panel title="What is on" note="for the whole instance">
      {methods === undefined ? (
        query.error === null ? (
          <div className="setting-body">
            <Skeleton height="96px" />
          </div>
        ) : (
          <ProblemState error={query.error} what="What is on could not be read" onRetry={() => void query.refetch()} />
        )
      ) : (
        <ul className="methods">
          <Method name="Password" on>
            For everybody who has set one.
          </Method>
          <Method name="Link by mail" on={methods.mail_link}>
            {methods.mail_link ? (
              'Everybody who has an account can ask for a link, and set a new password by mail.'
            ) : (
              <>
                Needs a mail server and the address of this instance: the operator sets <code>SMTP_HOST</code> and <code>SIGHTGLASS_PUBLIC_URL</code>.
              </>
            )}
          </Method>
          <Method name="Single sign-on" on={methods.providers.length > 0}>
            {methods.providers.length > 0
              ? `By ${methods.providers.map(({ name }) => name).join(', ')}.`
              : 'No provider is switched on, or the address of this instance (SIGHTGLASS_PUBLIC_URL) is not set.'}
          </Method>
          <Method name="Second factor" on>
            Everybody can switch one on in their profile; it is asked for whichever way they sign in.
          </Method>
        </ul>
      )}
    </Panel>
  );
}

function Method({ name, on, children }: { name: string; on: boolean; children: ReactNode }) {
  return (
    <li>
      <strong>{name}</strong>
      <Tag tone={on ? 'ok' : 'plain'}>{on ? 'on' : 'off'}</Tag>
      <span>{children}</span>
    </li>
  );
}
