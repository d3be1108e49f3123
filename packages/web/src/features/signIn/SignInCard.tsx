import { type ReactNode, useEffect } from 'react';
import { BrandMark } from '../../shell/Brand.tsx';
import '../../ui/field.css';
import '../../ui/textField.css';
import './signInPage.css';

/** A page that stands by itself: for who is not signed in yet. */
export function SignInCard({ heading, children }: { heading: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${heading} · Sightglass`;
  }, [heading]);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-brand">
          <BrandMark size={32} />
          <h1>{heading}</h1>
        </div>
        {children}
      </div>
    </main>
  );
}

/** Why it did not go through; read aloud when it appears. */
export function SignInProblem({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <div id={id} role="alert" className="sign-in-problem">
      {children}
    </div>
  );
}
