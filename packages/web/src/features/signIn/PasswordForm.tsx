import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { type FirstStep, signInWithPassword } from '../../api/signIn.ts';
import { Button } from '../../ui/Button.tsx';
import { SignInProblem } from './SignInCard.tsx';
import { signInFailure } from './signInFailure.ts';

interface PasswordFormProps {
  /** Why an earlier attempt did not work, until there is another. */
  earlier: string | undefined;
  email: string;
  onEmailChange: (email: string) => void;
  onAnswer: (answer: FirstStep) => void;
}

export function PasswordForm({ earlier, email, onEmailChange, onAnswer }: PasswordFormProps) {
  const problemId = useId();
  const signIn = useMutation({ mutationFn: signInWithPassword, onSuccess: onAnswer });
  const busy = signIn.isPending || signIn.isSuccess;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Read from the form: some password managers fill it in without telling the page.
    const form = new FormData(event.currentTarget);
    signIn.mutate({ email: String(form.get('email') ?? '').trim(), password: String(form.get('password') ?? '') });
  };
  const problem = signIn.error === null ? (signIn.isIdle ? earlier : undefined) : signInFailure(asProblem(signIn.error));
  return (
    <form onSubmit={submit} aria-describedby={problemId}>
      <label>
        E-mail
        <input
          className="field"
          type="email"
          name="email"
          autoComplete="username"
          required
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page has one purpose, and this is where it begins
          autoFocus
          value={email}
          onChange={(event) => onEmailChange(event.target.value)}
        />
      </label>
      <label>
        Password
        <input className="field" type="password" name="password" autoComplete="current-password" required />
      </label>
      <SignInProblem id={problemId}>{problem}</SignInProblem>
      <Button type="submit" variant="primary" size="large" disabled={busy}>
        {busy ? 'Signing in …' : 'Sign in'}
      </Button>
    </form>
  );
}
