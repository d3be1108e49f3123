/** Signing in, the own account and single sign-on, built and put together. */
import type { BaseAddressOf } from '../../baseAddress.ts';
import { createMailedLinks } from '../../identity/mailedLinks.ts';
import { createOwnSessions } from '../../identity/ownSessions.ts';
import { createPasswords } from '../../identity/passwords.ts';
import { createPost } from '../../identity/post.ts';
import { createProfiles } from '../../identity/profile.ts';
import { createProviderStore } from '../../identity/providers/providerStore.ts';
import { createSingleSignOn } from '../../identity/providers/singleSignOn.ts';
import type { SignIn } from '../../identity/signIn.ts';
import { createTwoFactorSetup } from '../../identity/twoFactorSetup.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import { createSecretBox } from '../../secretBox.ts';
import type { App } from '../appTypes.ts';
import { identityProviderRoutes } from './identityProviders.ts';
import { profileRoutes } from './profile.ts';
import { signInRoutes } from './signIn.ts';

export interface AccountRouteDependencies {
  signIn: SignIn;
  mailer: Pick<Mailer, 'delivers' | 'send'>;
  outbound: Pick<OutboundClient, 'checkUrl' | 'send'>;
  baseAddressOf: BaseAddressOf;
}

export function accountRoutes(app: App, { signIn, mailer, outbound, baseAddressOf }: AccountRouteDependencies): void {
  const { identity } = signIn;
  const { control, secret, clock, warn } = identity;
  const post = createPost({ mailer, baseAddressOf, warn });
  const providers = createProviderStore({ control, box: createSecretBox(secret, 'identity-providers'), outbound, clock });
  const singleSignOn = createSingleSignOn({ signIn, store: providers, outbound, box: createSecretBox(secret, 'single-sign-on') });
  const passwords = createPasswords(identity, post);
  signInRoutes(app, { signIn, mailedLinks: createMailedLinks(identity, post), passwords, singleSignOn, providers, baseAddressOf });
  profileRoutes(app, {
    control,
    profiles: createProfiles(identity, post),
    passwords,
    twoFactor: createTwoFactorSetup(identity, post),
    ownSessions: createOwnSessions(identity),
  });
  identityProviderRoutes(app, { providers, outbound, baseAddressOf });
}
