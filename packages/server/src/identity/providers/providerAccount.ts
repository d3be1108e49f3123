/** How `accounts` says that a person is known to a provider: by issuer, so that a provider which is set up again finds its people. */
export const OIDC_ACCOUNTS = 'oidc:';

export const accountOfIssuer = (issuer: string): string => `${OIDC_ACCOUNTS}${issuer}`;
export const issuerOfAccount = (providerId: string): string => providerId.slice(OIDC_ACCOUNTS.length);
