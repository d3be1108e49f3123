import type { Proof } from '@sightglass/contract/routes/signIn';
import { TextField } from '../../../ui/TextField.tsx';

/** What stands in the fields. */
export interface ProofDraft {
  by: 'password' | 'code';
  text: string;
}

export const emptyProof = (hasPassword: boolean): ProofDraft => ({ by: hasPassword ? 'password' : 'code', text: '' });
export const proofOf = ({ by, text }: ProofDraft): Proof => (by === 'password' ? { password: text } : { code: text });

interface ProofFieldsProps {
  proof: ProofDraft;
  hasPassword: boolean;
  problemOf: (pointer: string) => string | undefined;
  onChange: (proof: ProofDraft) => void;
}

/** The password, or a code: what shows that it is really this person. */
export function ProofFields({ proof, hasPassword, problemOf, onChange }: ProofFieldsProps) {
  const other = proof.by === 'password' ? 'code' : 'password';
  return (
    <>
      {proof.by === 'password' ? (
        <TextField
          label="Your password"
          type="password"
          autoComplete="current-password"
          value={proof.text}
          problem={problemOf('/password')}
          onChange={(text) => onChange({ by: 'password', text })}
        />
      ) : (
        <TextField
          label="A code of the authenticator app, or a backup code"
          autoComplete="one-time-code"
          maxLength={20}
          value={proof.text}
          problem={problemOf('/code')}
          onChange={(text) => onChange({ by: 'code', text })}
        />
      )}
      {hasPassword ? (
        <button type="button" className="profile-link" onClick={() => onChange({ by: other, text: '' })}>
          {other === 'code' ? 'Use a code instead' : 'Use the password instead'}
        </button>
      ) : null}
    </>
  );
}
