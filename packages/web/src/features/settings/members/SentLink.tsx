import type { SentInvitation } from '@sightglass/contract/routes/invitations';
import { CopyLine } from '../../../ui/CopyLine.tsx';

/** How the link of an invitation got on its way: by mail, by whoever invites, or not yet. */
export function SentLink({ invitation: { email, link, mail_error: mailError } }: { invitation: SentInvitation }) {
  if (link !== null) {
    return (
      <>
        <p>
          <strong>No mail was sent</strong>, because no mail server is set up. Hand this link to {email} yourself; it works once, and is not shown
          again.
        </p>
        <CopyLine text={link} label="Copy the link" />
      </>
    );
  }
  if (mailError !== null) {
    return (
      <p className="worse" role="alert">
        The invitation stands, but the mail to {email} could not be sent: {mailError} Send it again once that is mended.
      </p>
    );
  }
  return <p>A mail with the link is on its way to {email}.</p>;
}
