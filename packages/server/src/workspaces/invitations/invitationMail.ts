import { INVITATION_DAYS } from '@sightglass/contract/routes/invitations';
import type { Mail } from '../../mail/mailer.ts';

/** The mail that asks somebody to join. `invitedBy` is null when a key or the program did. */
export function invitationMail(invitation: { email: string; workspaceName: string; roleName: string; invitedBy: string | null; link: string }): Mail {
  const { email, workspaceName, roleName, invitedBy, link } = invitation;
  return {
    to: email,
    subject: `Join ${workspaceName} on Sightglass`,
    text: [
      `${invitedBy === null ? 'You are invited' : `${invitedBy} invites you`} to join the workspace ${workspaceName} on Sightglass, in the role ${roleName}.`,
      '',
      'Open this link to accept:',
      link,
      '',
      `It works once, within ${INVITATION_DAYS} days. If you do not know what this is about, there is nothing you need to do.`,
    ].join('\n'),
  };
}
