import {
  changeIdentityProvider,
  createIdentityProvider,
  listIdentityProviders,
  removeIdentityProvider,
  testIdentityProvider,
} from '@sightglass/contract/routes/identityProviders';
import type { Context } from 'hono';
import { actorOf } from '../../access/caller.ts';
import type { BaseAddressOf } from '../../baseAddress.ts';
import { checkProvider } from '../../identity/providers/checkProvider.ts';
import type { ProviderStore } from '../../identity/providers/providerStore.ts';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import { fail } from '../../result.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface IdentityProviderRouteDependencies {
  providers: ProviderStore;
  outbound: Pick<OutboundClient, 'send'>;
  baseAddressOf: BaseAddressOf;
}

export function identityProviderRoutes(app: App, { providers, outbound, baseAddressOf }: IdentityProviderRouteDependencies): void {
  const baseOf = (c: Context) => baseAddressOf(c.req.header('host'));

  app.openapi(listIdentityProviders, async (c) => c.json({ items: await providers.list(baseOf(c)) }, 200));
  app.openapi(createIdentityProvider, async (c) => {
    const created = await providers.create(actorOf(c.var.caller), c.req.valid('json'), baseOf(c));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(changeIdentityProvider, async (c) => {
    const changed = await providers.change(actorOf(c.var.caller), c.req.valid('param').id, c.req.valid('json'), baseOf(c));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(removeIdentityProvider, async (c) => {
    const removed = await providers.remove(actorOf(c.var.caller), c.req.valid('param').id);
    return removed.ok ? c.body(null, 204) : problem(c, removed.error);
  });
  app.openapi(testIdentityProvider, async (c) => {
    const provider = await providers.find(c.req.valid('param').id);
    if (provider === undefined) return problem(c, fail('not-found', 'There is no such provider.').error);
    return c.json(await checkProvider(provider, baseOf(c), outbound), 200);
  });
}
