import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ME_KEY } from '../../api/me.ts';
import { type FirstStep, signInMethodsQuery, singleSignOnAddress } from '../../api/signIn.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { CodeForm } from './CodeForm.tsx';
import { MailForm } from './MailForm.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { SignInCard } from './SignInCard.tsx';
import { placeToReturnTo, readSignInPlace } from './signInPlace.ts';

type Step = 'first' | 'link' | 'forgot' | 'code';

const HEADINGS: Readonly<Record<Step, string>> = {
  first: 'Sign in to Sightglass',
  link: 'Sign in by mail',
  forgot: 'Set a new password',
  code: 'One more step',
};

/** All ways to sign in; everything else comes after it. */
export function SignInPage() {
  const client = useQueryClient();
  const methods = useQuery(signInMethodsQuery);
  const [place] = useState(() => readSignInPlace(new URL(location.href)));
  const [step, setStep] = useState<Step>(place.asksForCode ? 'code' : 'first');
  const [email, setEmail] = useState('');
  const signedIn = () => void client.resetQueries({ queryKey: ME_KEY });
  const answered = (answer: FirstStep) => ('second_factor_needed' in answer ? setStep('code') : signedIn());
  const providers = methods.data?.providers ?? [];
  return (
    <SignInCard heading={HEADINGS[step]}>
      {step === 'code' ? <CodeForm onSignedIn={signedIn} onStartAgain={() => setStep('first')} /> : null}
      {step === 'link' || step === 'forgot' ? <MailForm key={step} kind={step} email={email} onBack={() => setStep('first')} /> : null}
      {step === 'first' ? (
        <>
          <PasswordForm earlier={place.error} email={email} onEmailChange={setEmail} onAnswer={answered} />
          {methods.data?.mail_link === true ? (
            <div className="sign-in-more">
              <button type="button" className="sign-in-link" onClick={() => setStep('link')}>
                Mail me a link instead
              </button>
              <button type="button" className="sign-in-link" onClick={() => setStep('forgot')}>
                Forgot your password?
              </button>
            </div>
          ) : null}
          {providers.length === 0 ? null : (
            <div className="sign-in-providers">
              <span className="sign-in-or">or</span>
              {providers.map(({ id, name }) => (
                <a key={id} className={buttonClass('default', 'large')} href={singleSignOnAddress(id, placeToReturnTo(new URL(location.href)))}>
                  Continue with {name}
                </a>
              ))}
            </div>
          )}
          <p className="sign-in-hint">
            Running Sightglass on this machine? Open the one-time link that <code>npm start</code> printed in the terminal: it signs you in without a
            password.
          </p>
        </>
      ) : null}
    </SignInCard>
  );
}
