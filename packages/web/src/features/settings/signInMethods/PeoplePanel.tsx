import type { Person } from '@sightglass/contract/routes/profile';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { peopleQuery, resetTwoFactor } from '../../../api/identityProviders.ts';
import { asProblem, ProblemState } from '../../../api/ProblemState.tsx';
import { useShell } from '../../../shell/shellContext.ts';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { LoadingRows } from '../../../ui/LoadingRows.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { TableHead, unseen } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';

/** Everybody who has an account on the instance, and the way to take a second factor that was lost. */
export function PeoplePanel({ onSaid }: { onSaid: (words: string) => void }) {
  const query = useInfiniteQuery(peopleQuery);
  const [asked, setAsked] = useState<Person | null>(null);
  const ownId = useShell().me.user?.id;
  const people = query.data?.pages.flatMap(({ items }) => items);
  return (
    <Panel title="People" note="with an account on this instance, newest first">
      {query.error !== null && people === undefined ? (
        <ProblemState error={query.error} what="The people could not be read" onRetry={() => void query.refetch()} />
      ) : (
        <div className="narrow-scroll" aria-busy={people === undefined}>
          <table className="table narrow-cards people-table">
            <TableHead columns={['Name', 'Password', 'Second factor', 'Last used', unseen('Actions')]} />
            <tbody>
              {people === undefined ? (
                <LoadingRows columns={5} />
              ) : (
                people.map((person) => <PersonRow key={person.id} person={person} own={person.id === ownId} onReset={() => setAsked(person)} />)
              )}
            </tbody>
          </table>
        </div>
      )}
      {query.hasNextPage ? (
        <div className="people-more">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
          </Button>
        </div>
      ) : null}
      {asked === null ? null : <ResetTwoFactor person={asked} onSaid={onSaid} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

/** One's own second factor is switched off in the profile, where it is asked for. */
function PersonRow({ person, own, onReset }: { person: Person; own: boolean; onReset: () => void }) {
  return (
    <tr>
      <th scope="row" className="provider-name">
        <span>
          {person.name} {own ? <span className="dim">(you)</span> : null} {person.instance_owner ? <Tag>instance owner</Tag> : null}
        </span>
        <span className="provider-issuer truncate">{person.email}</span>
      </th>
      <td data-label="Password">{person.has_password ? 'set' : <span className="dim">none</span>}</td>
      <td data-label="Second factor">{person.two_factor_enabled ? <Tag tone="ok">on</Tag> : <span className="dim">off</span>}</td>
      <td data-label="Last used">
        {person.last_used_at === null ? <span className="dim">{NOT_SENT}</span> : <RelativeTime time={person.last_used_at} />}
      </td>
      <td className="people-actions">{person.two_factor_enabled && !own ? <Button onClick={onReset}>Take the second factor</Button> : null}</td>
    </tr>
  );
}

function ResetTwoFactor({ person, onSaid, onClose }: { person: Person; onSaid: (words: string) => void; onClose: () => void }) {
  const client = useQueryClient();
  const reset = useMutation({
    mutationFn: () => resetTwoFactor(person.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: peopleQuery.queryKey });
      onSaid(`The second factor of ${person.email} is taken. They are signed out everywhere.`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={`Take the second factor of ${person.name}?`}
      confirm={reset.isPending ? 'Waiting …' : 'Take it'}
      variant="danger"
      busy={reset.isPending}
      onConfirm={() => reset.mutate()}
      onCancel={onClose}
    >
      <p>Do it when {person.email} has lost the app and the backup codes, and you are sure that it is them who asks.</p>
      <p>They are signed out everywhere and sign in without a code from then on, until they set up another. It stands in the audit log.</p>
      {reset.error === null ? null : (
        <p className="worse" role="alert">
          {asProblem(reset.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
