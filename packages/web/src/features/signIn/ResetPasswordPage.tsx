import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { resetPassword } from '../../api/signIn.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { NEW_PASSWORD_HINT } from './newPassword.ts';
import { SignInCard, SignInProblem } from './SignInCard.tsx';
import { signInFailure } from './signInFailure.ts';
import { useMailedToken } from './useMailedToken.ts';

/** What the link of a mail opens, to set a new password. */
export function ResetPasswordPage() {
  const token = useMailedToken();
  const [password, setPassword] = useState('');
  const reset = useMutation({ mutationFn: () => resetPassword(token, password) });
  const problem = reset.error === null ? undefined : asProblem(reset.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate();
  };
  const toSignIn = (
    <a className={buttonClass(reset.isSuccess ? 'primary' : 'default', 'large')} href="/sign-in">
      To the sign-in page
    </a>
  );
  if (token === '') {
    return (
      <SignInCard heading="This is not a whole link">
        <p>Open the link as it stands in the mail.</p>
        {toSignIn}
      </SignInCard>
    );
  }
  if (reset.isSuccess) {
    return (
      <SignInCard heading="The new password is set">
        <p role="status">Whoever was signed in to your account is signed out. Sign in with the new password.</p>
        {toSignIn}
      </SignInCard>
    );
  }
  return (
    <SignInCard heading="Set a new password">
      <form onSubmit={submit} noValidate>
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          hint={NEW_PASSWORD_HINT}
          value={password}
          problem={problemAt(problem?.errors ?? [], '/new_password')}
          onChange={setPassword}
        />
        <SignInProblem>{problem === undefined || problem.errors.length > 0 ? null : signInFailure(problem)}</SignInProblem>
        <Button type="submit" variant="primary" size="large" disabled={reset.isPending || password === ''}>
          {reset.isPending ? 'Setting …' : 'Set the password'}
        </Button>
      </form>
      {problem?.code === 'wrong-credentials' ? toSignIn : null}
    </SignInCard>
  );
}
