import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { mailPasswordReset, mailSignInLink } from '../../api/signIn.ts';
import { Button } from '../../ui/Button.tsx';
import { SignInProblem } from './SignInCard.tsx';
import { signInFailure } from './signInFailure.ts';

const WORDS = {
  link: { ask: mailSignInLink, about: 'We mail you a link that signs you in once.' },
  forgot: { ask: mailPasswordReset, about: 'We mail you a link with which you set a new password.' },
} as const;

interface MailFormProps {
  kind: keyof typeof WORDS;
  /** As it was typed before. */
  email: string;
  onBack: () => void;
}

/** Asks for a mail with a link. What comes of it is the same with and without an account. */
export function MailForm({ kind, email: typed, onBack }: MailFormProps) {
  const problemId = useId();
  const [email, setEmail] = useState(typed);
  const send = useMutation({ mutationFn: WORDS[kind].ask });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate(email.trim());
  };
  const back = (
    <button type="button" className="sign-in-link" onClick={onBack}>
      Back to signing in
    </button>
  );
  if (send.isSuccess) {
    return (
      <>
        <p role="status">
          If there is an account of <strong>{send.variables}</strong>, a mail is on its way to it. The link works once, within 15 minutes.
        </p>
        <div className="sign-in-more">{back}</div>
      </>
    );
  }
  return (
    <>
      <form onSubmit={submit} aria-describedby={problemId}>
        <p className="sign-in-words">{WORDS[kind].about}</p>
        <label>
          E-mail
          <input
            className="field"
            type="email"
            name="email"
            autoComplete="username"
            required
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one field of this step
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </label>
        <SignInProblem id={problemId}>{send.error === null ? null : signInFailure(asProblem(send.error))}</SignInProblem>
        <Button type="submit" variant="primary" size="large" disabled={send.isPending}>
          {send.isPending ? 'Sending …' : 'Mail me a link'}
        </Button>
      </form>
      <div className="sign-in-more">{back}</div>
    </>
  );
}
