import { AUDIT_FAULTS, HEAD_CODE_PATTERN } from '@sightglass/contract/auditFaults';
import type { AuditScope, AuditVerification } from '@sightglass/contract/routes/audit';
import { useMutation } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { verifyAudit } from '../../../api/audit.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { Button } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { formatCount } from '../../../ui/formatCount.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { TextField } from '../../../ui/TextField.tsx';

/** Whether the log is whole, when somebody wants to know. */
export function VerifyPanel({ scope }: { scope: AuditScope }) {
  const [noted, setNoted] = useState('');
  const [isNotedWrong, setNotedWrong] = useState(false);
  const verify = useMutation({ mutationFn: () => verifyAudit(scope, noted.trim()) });
  const send = (event: FormEvent) => {
    event.preventDefault();
    const wrong = noted.trim() !== '' && !HEAD_CODE_PATTERN.test(noted.trim());
    setNotedWrong(wrong);
    if (!wrong) verify.mutate();
  };
  return (
    <Panel title="Is it unchanged?">
      <form className="setting-body" onSubmit={send} noValidate>
        <p className="setting-text">
          Each entry carries a code made of itself, of the entry before and of the secret of this instance. Verifying reads all of them: whoever
          changes, moves or removes an entry in the database is found.
        </p>
        <div className="audit-verify">
          <TextField
            label="A head code that you noted down earlier (optional)"
            className="audit-noted"
            placeholder="412:9f…"
            value={noted}
            problem={isNotedWrong ? 'must be a number, a colon and 64 digits of 0-9 and a-f, as it was shown' : undefined}
            hint="It shows whether the log as a whole was set back to an earlier state since then."
            onChange={setNoted}
          />
          <Button type="submit" disabled={verify.isPending}>
            <ShieldCheck aria-hidden="true" />
            {verify.isPending ? 'Verifying …' : 'Verify'}
          </Button>
        </div>
        <div role="status">
          {verify.isPending ? null : verify.error !== null ? (
            <p className="worse">Not verified: {asProblem(verify.error).message}</p>
          ) : verify.data === undefined ? null : (
            <Outcome found={verify.data} />
          )}
        </div>
      </form>
    </Panel>
  );
}

function Outcome({ found }: { found: AuditVerification }) {
  if (!found.ok) {
    return (
      <div className="audit-outcome audit-outcome-broken">
        <ShieldAlert aria-hidden="true" />
        <p>
          <strong>The log does not hold.</strong> At entry {formatCount(found.broken_at ?? null)}:{' '}
          {found.reason === undefined ? 'it is not as it was written' : AUDIT_FAULTS[found.reason]}. Entries before it hold. Compare with an export or
          a backup, and find out who can write to the control database.
        </p>
      </div>
    );
  }
  return (
    <div className="audit-outcome audit-outcome-holds">
      <ShieldCheck aria-hidden="true" />
      <div>
        <p>
          <strong>The log holds.</strong> {found.entries === 1 ? 'Its one entry is' : `All ${formatCount(found.entries)} entries are`} as written,
          none is missing. Note down its head code elsewhere, to compare with later:
        </p>
        {found.head_code === null ? null : (
          <p className="audit-head-code">
            <code>{found.head_code}</code>
            <CopyButton text={found.head_code} label="Copy the head code" />
          </p>
        )}
      </div>
    </div>
  );
}
