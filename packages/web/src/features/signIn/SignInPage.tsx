import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId } from 'react';
import { ME_KEY } from '../../api/me.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { requestJson } from '../../api/request.ts';
import { BrandMark } from '../../shell/Brand.tsx';
import { Button } from '../../ui/Button.tsx';
import { signInFailure } from './signInFailure.ts';
import './signInPage.css';

/** E-mail and password for a session cookie; everything else comes after it. */
export function SignInPage() {
  const client = useQueryClient();
  const problemId = useId();
  const signIn = useMutation({
    mutationFn: (credentials: { email: string; password: string }) => requestJson('/api/auth/sign-in/email', { method: 'POST', body: credentials }),
    onSuccess: () => client.resetQueries({ queryKey: ME_KEY }),
  });
  useEffect(() => {
    document.title = 'Sign in · Sightglass';
  }, []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ email: String(form.get('email') ?? '').trim(), password: String(form.get('password') ?? '') });
  };
  const problem = signIn.error === null ? null : signInFailure(asProblem(signIn.error));
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-brand">
          <BrandMark size={32} />
          <h1>Sign in to Sightglass</h1>
        </div>
        <form onSubmit={submit} aria-describedby={problemId}>
          <label>
            E-mail
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the page has one purpose, and this is where it begins */}
            <input className="field" type="email" name="email" autoComplete="username" required autoFocus />
          </label>
          <label>
            Password
            <input className="field" type="password" name="password" autoComplete="current-password" required />
          </label>
          <div id={problemId} role="alert" className="sign-in-problem">
            {problem}
          </div>
          <Button type="submit" variant="primary" size="large" disabled={signIn.isPending || signIn.isSuccess}>
            {signIn.isPending || signIn.isSuccess ? 'Signing in …' : 'Sign in'}
          </Button>
        </form>
        <p className="sign-in-hint">
          Running Sightglass on this machine? Open the one-time link that <code>npm start</code> printed in the terminal: it signs you in without a
          password.
        </p>
      </div>
    </main>
  );
}
