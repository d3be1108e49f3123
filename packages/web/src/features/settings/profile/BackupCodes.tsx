import { Download } from 'lucide-react';
import { Button } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';

/** The backup codes, this once. */
export function BackupCodes({ codes, email, onClose }: { codes: readonly string[]; email: string; onClose: () => void }) {
  const text = `Backup codes of Sightglass for ${email}\nEach works once.\n\n${codes.join('\n')}\n`;
  const save = () => {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = Object.assign(document.createElement('a'), { href: address, download: 'sightglass-backup-codes.txt' });
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <div className="dialog-body profile-form" role="status">
      <p>
        <strong>They are shown this once.</strong> Each signs you in once when the authenticator app is not at hand. Keep them apart from your
        password.
      </p>
      <ul className="backup-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="confirm-actions">
        <CopyButton text={codes.join('\n')} label="Copy the codes" withLabel />
        <Button onClick={save}>
          <Download aria-hidden="true" />
          Save as a file
        </Button>
        <Button variant="primary" onClick={onClose}>
          I have them
        </Button>
      </div>
    </div>
  );
}
