import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { signInWithCode } from '../../api/signIn.ts';
import { Button } from '../../ui/Button.tsx';
import { SignInProblem } from './SignInCard.tsx';
import { signInFailure } from './signInFailure.ts';

/** The second step: a code of the authenticator app, or a backup code. */
export function CodeForm({ onSignedIn, onStartAgain }: { onSignedIn: () => void; onStartAgain: () => void }) {
  const problemId = useId();
  const [kind, setKind] = useState<'app' | 'backup'>('app');
  const [code, setCode] = useState('');
  const send = useMutation({ mutationFn: signInWithCode, onSuccess: onSignedIn, onError: () => setCode('') });
  const busy = send.isPending || send.isSuccess;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate(code);
  };
  const other = () => {
    setKind(kind === 'app' ? 'backup' : 'app');
    setCode('');
    send.reset();
  };
  return (
    <>
      <form onSubmit={submit} aria-describedby={problemId}>
        <label key={kind}>
          {kind === 'app' ? 'Code of your authenticator app' : 'A backup code'}
          <input
            className="field sign-in-code"
            name="code"
            inputMode={kind === 'app' ? 'numeric' : 'text'}
            autoComplete={kind === 'app' ? 'one-time-code' : 'off'}
            autoCapitalize="off"
            spellCheck={false}
            placeholder={kind === 'app' ? '000000' : 'xxxxx-xxxxx'}
            maxLength={20}
            required
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one field of this step
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </label>
        <SignInProblem id={problemId}>{send.error === null ? null : signInFailure(asProblem(send.error))}</SignInProblem>
        <Button type="submit" variant="primary" size="large" disabled={busy || code.trim() === ''}>
          {busy ? 'Checking …' : 'Go on'}
        </Button>
      </form>
      <div className="sign-in-more">
        <button type="button" className="sign-in-link" onClick={other}>
          {kind === 'app' ? 'Use a backup code instead' : 'Use the authenticator app instead'}
        </button>
        <button type="button" className="sign-in-link" onClick={onStartAgain}>
          Start again
        </button>
      </div>
    </>
  );
}
