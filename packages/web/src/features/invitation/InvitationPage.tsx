import type { OfferedInvitation } from '@sightglass/contract/routes/invitations';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { meQuery } from '../../api/me.ts';
import { acceptInvitation, offerQuery } from '../../api/members.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { BrandMark } from '../../shell/Brand.tsx';
import { signOut } from '../../shell/signOut.ts';
import { rememberWorkspace } from '../../shell/switchWorkspace.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { Button } from '../../ui/Button.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { SignInPage } from '../signIn/SignInPage.tsx';
import '../signIn/signInPage.css';
import '../../ui/field.css';
import './invitationPage.css';

/** What the link of an invitation opens, with or without a session. */
export function InvitationPage() {
  const token = new URLSearchParams(location.search).get('token') ?? '';
  const me = useQuery(meQuery);
  // Who has an account and no workspace is signed in, too, but may not ask who they are in one.
  const asker = me.data?.user?.id ?? (me.error !== null && asProblem(me.error).status === 403 ? 'nowhere' : null);
  const offer = useQuery({ ...offerQuery(token, asker), enabled: token !== '' && !me.isPending });
  const [signingIn, setSigningIn] = useState(false);
  useEffect(() => {
    document.title = 'Invitation · Sightglass';
  }, []);
  if (token === '') return <Card heading="This is not a whole link">Open the link of the invitation as it stands in the mail.</Card>;
  if (offer.error !== null) {
    return (
      <Card heading="This invitation cannot be accepted">
        <p role="alert">{asProblem(offer.error).message}</p>
        <Button onClick={() => location.assign('/')}>Open Sightglass</Button>
      </Card>
    );
  }
  if (offer.data === undefined) return <Card heading="Looking for the invitation …" />;
  if (signingIn && offer.data.signed_in_as === null) return <SignInPage />;
  return <Offer token={token} offer={offer.data} onSignIn={() => setSigningIn(true)} />;
}

function Card({ heading, children }: { heading: string; children?: ReactNode }) {
  return (
    <main className="sign-in">
      <div className="sign-in-card invitation">
        <div className="sign-in-brand">
          <BrandMark size={32} />
          <h1>{heading}</h1>
        </div>
        {children}
      </div>
    </main>
  );
}

function Offer({ token, offer, onSignIn }: { token: string; offer: OfferedInvitation; onSignIn: () => void }) {
  const accept = useMutation({
    mutationFn: acceptInvitation,
    onSuccess: ({ workspace }) => {
      rememberWorkspace(workspace.slug);
      location.assign('/');
    },
  });
  const busy = accept.isPending || accept.isSuccess;
  const problem = accept.error === null ? undefined : asProblem(accept.error);
  const failure =
    problem === undefined || problem.errors.length > 0 ? null : (
      <p className="sign-in-problem" role="alert">
        {problem.message}
      </p>
    );
  return (
    <Card heading={`Join ${offer.workspace.name}`}>
      <p className="invitation-words">
        You are invited as <strong>{offer.email}</strong>, in the role <strong>{offer.role_name}</strong>. The invitation ends{' '}
        <RelativeTime time={offer.expires_at} />.
      </p>
      {offer.signed_in_as !== null && offer.signed_in_as.toLowerCase() !== offer.email ? (
        <SomebodyElse offer={offer} signedInAs={offer.signed_in_as} />
      ) : offer.signed_in_as !== null ? (
        <>
          {failure}
          <Button variant="primary" size="large" disabled={busy} onClick={() => accept.mutate({ token })}>
            {busy ? 'Joining …' : 'Join'}
          </Button>
        </>
      ) : offer.has_account ? (
        <>
          <p>There is an account of this address. Sign in to it, and join then.</p>
          <Button variant="primary" size="large" onClick={onSignIn}>
            Sign in
          </Button>
        </>
      ) : (
        <NewAccount busy={busy} errors={problem?.errors ?? []} onSend={(account) => accept.mutate({ token, ...account })}>
          {failure}
        </NewAccount>
      )}
    </Card>
  );
}

function SomebodyElse({ offer, signedInAs }: { offer: OfferedInvitation; signedInAs: string }) {
  const client = useQueryClient();
  const leave = useMutation({ mutationFn: () => signOut(client) });
  return (
    <>
      <p className="sign-in-problem" role="alert">
        You are signed in as {signedInAs}. The invitation is for {offer.email}.
      </p>
      <Button size="large" disabled={leave.isPending} onClick={() => leave.mutate()}>
        {leave.isPending ? 'Signing out …' : 'Sign out, and go on'}
      </Button>
    </>
  );
}

interface NewAccountProps {
  busy: boolean;
  errors: Parameters<typeof problemAt>[0];
  onSend: (account: { name: string; password: string }) => void;
  /** Why it did not go through. */
  children: ReactNode;
}

function NewAccount({ busy, errors, onSend, children }: NewAccountProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend({ name, password });
  };
  return (
    <form onSubmit={submit} noValidate>
      <TextField label="Your name" autoComplete="name" maxLength={100} value={name} problem={problemAt(errors, '/name')} onChange={setName} />
      <TextField
        label="A password"
        type="password"
        autoComplete="new-password"
        hint="8 to 128 characters. You sign in with it and your e-mail from now on."
        value={password}
        problem={problemAt(errors, '/password')}
        onChange={setPassword}
      />
      {children}
      <Button type="submit" variant="primary" size="large" disabled={busy}>
        {busy ? 'Joining …' : 'Create the account and join'}
      </Button>
    </form>
  );
}
