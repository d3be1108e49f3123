import type { FieldError } from '@sightglass/contract/errors';
import type { IdentityProvider, NewIdentityProvider } from '@sightglass/contract/routes/identityProviders';

/** What stands in the form. */
export interface ProviderDraft {
  name: string;
  issuer: string;
  clientId: string;
  /** Empty: as it is. */
  clientSecret: string;
  scopes: string;
  emailDomains: string;
  /** Empty: nobody new comes in. */
  joinWorkspace: string;
  enabled: boolean;
}

const DEFAULT_SCOPES = 'openid email profile';

export const draftOf = (provider: IdentityProvider | undefined): ProviderDraft => ({
  name: provider?.name ?? '',
  issuer: provider?.issuer ?? '',
  clientId: provider?.client_id ?? '',
  clientSecret: '',
  scopes: provider?.scopes.join(' ') ?? DEFAULT_SCOPES,
  emailDomains: provider?.email_domains.join(' ') ?? '',
  joinWorkspace: provider?.join_workspace ?? '',
  enabled: provider?.enabled ?? true,
});

export type ProviderBody = Omit<NewIdentityProvider, 'client_secret'> & { client_secret?: string };

const words = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter((word) => word !== ''))];

/** The body that makes or changes a provider, or what is missing. `isNew`: then there has to be a secret. */
export function bodyOf(draft: ProviderDraft, isNew: boolean): { body: ProviderBody } | { errors: FieldError[] } {
  const errors: FieldError[] = [];
  const need = (pointer: string, text: string) => {
    if (text.trim() === '') errors.push({ pointer, message: 'is needed' });
  };
  need('/name', draft.name);
  need('/issuer', draft.issuer);
  need('/client_id', draft.clientId);
  if (isNew) need('/client_secret', draft.clientSecret);
  if (errors.length > 0) return { errors };
  const secret = draft.clientSecret.trim();
  return {
    body: {
      name: draft.name.trim(),
      issuer: draft.issuer.trim(),
      client_id: draft.clientId.trim(),
      ...(secret === '' ? {} : { client_secret: secret }),
      scopes: words(draft.scopes),
      email_domains: words(draft.emailDomains.replaceAll('@', ' ')),
      join_workspace: draft.joinWorkspace === '' ? null : draft.joinWorkspace,
      enabled: draft.enabled,
    },
  };
}

/** What is wrong with a field, or with one of its parts (`/email_domains/1`). */
export function problemWithin(errors: readonly FieldError[], pointer: string): string | undefined {
  const messages = errors.filter((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`)).map(({ message }) => message);
  return messages.length === 0 ? undefined : [...new Set(messages)].join('; ');
}
