import type { AuditEntry } from '@sightglass/contract/routes/audit';

/** What reads badly when it is put together from its parts. */
const WORDS: Readonly<Record<string, string>> = {
  'session.begin': 'signed in',
  'session.refuse': 'was refused to sign in',
  'session.end': 'signed out',
  'costs.recompute': 'recomputed costs',
  'costs.recompute.cancel': 'cancelled a recompute',
  'encryption_key.rotate': 'rotated the encryption key',
  'invitation.resend': 'sent an invitation again',
  'invitation.accept': 'accepted an invitation',
  'workspace.delete.begin': 'began to delete the workspace',
  'workspace.delete.late_rows': 'removed what came late for a deleted workspace',
  'member.leave': 'left the workspace',
  'member.join': 'joined the workspace',
  'password.set': 'set a first password',
  'password.change': 'changed their password',
  'password.reset': 'set a new password by a mailed link',
  'person.rename': 'changed their name',
  'person.change_email': 'changed their e-mail address',
  'person.link_provider': 'signed in with a new provider',
  'two_factor.enable': 'switched their second factor on',
  'two_factor.disable': 'switched their second factor off',
  'two_factor.reset': 'took the second factor of a person',
  'two_factor.renew_backup_codes': 'made new backup codes',
};
const NOUNS: Readonly<Record<string, string>> = { api_key: 'API key', user: 'account', identity_provider: 'sign-in provider' };

/** Beginnings of actions, to choose from; any other may be typed. */
export const ACTION_FAMILIES: readonly { action: string; label: string }[] = [
  { action: 'session.', label: 'Sign-ins' },
  { action: 'password.', label: 'Passwords' },
  { action: 'two_factor.', label: 'Second factors' },
  { action: 'api_key.', label: 'API keys' },
  { action: 'member.', label: 'Members' },
  { action: 'invitation.', label: 'Invitations' },
  { action: 'role.', label: 'Roles' },
  { action: 'team.', label: 'Teams' },
  { action: 'settings.', label: 'Settings' },
  { action: 'price.', label: 'Prices' },
  { action: 'costs.', label: 'Recomputes' },
  { action: 'workspace.', label: 'Workspaces' },
  { action: 'identity_provider.', label: 'Sign-in providers' },
  { action: 'plan.', label: 'Plans' },
];

/** An action as what somebody did: `api_key.create` → `created an API key`. */
export function actionWords(action: string): string {
  const known = WORDS[action];
  if (known !== undefined) return known;
  const parts = action.split('.');
  const verb = parts.pop() ?? '';
  const [first = '', ...rest] = parts;
  if (first === 'settings' && rest.length > 0) return `${past(verb)} the settings of ${rest.map(plain).join(' ')}`;
  const noun = [NOUNS[first] ?? plain(first), ...rest.map(plain)].join(' ').trim();
  return noun === '' ? past(verb) : `${past(verb)} ${article(noun)} ${noun}`;
}

const plain = (word: string): string => word.replaceAll('_', ' ');
const article = (noun: string): string => (/^[aeio]/i.test(noun) ? 'an' : 'a');

const IRREGULAR: Readonly<Record<string, string>> = { set: 'set', cancel: 'cancelled', begin: 'began', end: 'ended', send: 'sent' };
function past(verb: string): string {
  const words = plain(verb);
  return IRREGULAR[verb] ?? (words.endsWith('e') ? `${words}d` : words.endsWith('y') ? `${words.slice(0, -1)}ied` : `${words}ed`);
}

/** What was changed, by the name that the entry tells of it; undefined when it tells none. */
export function targetName({ before, after }: Pick<AuditEntry, 'before' | 'after'>): string | undefined {
  for (const told of [after, before]) {
    if (typeof told !== 'object' || told === null) continue;
    for (const field of ['name', 'email', 'slug', 'model'] as const) {
      const name = (told as Record<string, unknown>)[field];
      if (typeof name === 'string' && name !== '') return name;
    }
  }
  return undefined;
}

/** Who did it. The program itself has no name. */
export const actorWords = ({ kind, id, name }: AuditEntry['actor']): string => name ?? id ?? (kind === 'system' ? 'Sightglass itself' : 'unknown');
