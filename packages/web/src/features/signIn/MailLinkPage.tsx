import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { signInWithLink } from '../../api/signIn.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { CodeForm } from './CodeForm.tsx';
import { SignInCard, SignInProblem } from './SignInCard.tsx';
import { signInFailure } from './signInFailure.ts';
import { useMailedToken } from './useMailedToken.ts';

/** What the link of a mail opens. It signs in when it is told to: programs that open every link of a mail use nothing up. */
export function MailLinkPage() {
  const token = useMailedToken();
  const [asksForCode, setAsksForCode] = useState(false);
  const enter = () => location.replace('/');
  const signIn = useMutation({
    mutationFn: () => signInWithLink(token),
    onSuccess: (answer) => ('second_factor_needed' in answer ? setAsksForCode(true) : enter()),
  });
  const toSignIn = (
    <a className={buttonClass('default', 'large')} href="/sign-in">
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
  if (asksForCode) {
    return (
      <SignInCard heading="One more step">
        <CodeForm onSignedIn={enter} onStartAgain={() => location.assign('/sign-in')} />
      </SignInCard>
    );
  }
  return (
    <SignInCard heading="Sign in to Sightglass">
      {signIn.error === null ? (
        <Button variant="primary" size="large" disabled={signIn.isPending || signIn.isSuccess} onClick={() => signIn.mutate()}>
          {signIn.isPending || signIn.isSuccess ? 'Signing in …' : 'Sign in'}
        </Button>
      ) : (
        <>
          <SignInProblem>{signInFailure(asProblem(signIn.error))}</SignInProblem>
          {toSignIn}
        </>
      )}
    </SignInCard>
  );
}
