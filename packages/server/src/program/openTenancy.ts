/** Who there is and what they may: keys, sign-in, the first start, workspaces and their plans. */
import { seedBuiltInRules } from '../alerts/rules/seedBuiltInRules.ts';
import { createChannelBox } from '../alerts/channels/channelRow.ts';
import { keepEnvironmentChannels, refusedVariables } from '../alerts/channels/environmentChannels.ts';
import { createSenders } from '../alerts/channels/senders.ts';
import { createApiKeyStore } from '../apiKeys/apiKeys.ts';
import { createBaseAddress } from '../baseAddress.ts';
import { ConfigError } from '../config.ts';
import { bootstrapInstance } from '../identity/bootstrap.ts';
import { createSignIn } from '../identity/signIn.ts';
import { createMailer } from '../mail/mailer.ts';
import { createOutboundClient } from '../outbound/outboundClient.ts';
import { openPlanBook } from '../plans/planBook.ts';
import { openGoneWorkspaces } from '../workspaces/deletion/goneWorkspaces.ts';
import { followFirstWorkspace } from '../workspaces/firstWorkspace.ts';
import { createWorkspaceFacts } from '../workspaces/workspaceFacts.ts';
import type { ProgramContext } from './context.ts';
import type { Planes } from './openPlanes.ts';

export type Tenancy = Awaited<ReturnType<typeof openTenancy>>;

export async function openTenancy({ config, log, stops, nowMs, warn }: ProgramContext, { control, secret }: Planes) {
  const mailer = createMailer(config, log);
  stops.push({ name: 'mail', stop: () => mailer.stop() });
  const keys = createApiKeyStore({ control, clock: nowMs, warn });
  stops.push({ name: 'API keys', stop: () => keys.stop() });
  const baseAddressOf = createBaseAddress(config);
  const outbound = createOutboundClient({ allow: config.outboundAllow });
  stops.push({ name: 'outbound requests', stop: async () => outbound.close() });
  const secureCookies = config.publicUrl?.startsWith('https:') ?? false;
  const signIn = await createSignIn({ control, secret, clock: nowMs, warn, secureCookies });
  const instance = await bootstrapInstance({ control, init: config.init, clock: nowMs });
  if (!instance.ok) throw new ConfigError(instance.error.detail);
  const { firstWorkspaceId, ownerId, ownerHasPassword } = instance.value;
  const channelBox = createChannelBox(secret);
  const senders = createSenders({ outbound, mailer, warn });
  await keepEnvironmentChannels(control, channelBox, firstWorkspaceId, config.alertChannels);
  for (const refused of refusedVariables(config.alertChannels, config.outboundAllow)) log.warn(refused);
  await seedBuiltInRules({ control, thresholds: config.alertThresholds, nowMs, warn });
  const workspaceFacts = createWorkspaceFacts(control);
  const firstWorkspace = followFirstWorkspace(control, firstWorkspaceId);
  const gone = await openGoneWorkspaces({ control, clock: nowMs, warn });
  stops.push({ name: 'deleted workspaces', stop: () => gone.stop() });
  const planBook = await openPlanBook({ control, clock: nowMs, warn });
  stops.push({ name: 'plans', stop: () => planBook.stop() });
  return {
    mailer,
    outbound,
    keys,
    baseAddressOf,
    signIn,
    ownerId,
    ownerHasPassword,
    workspaceFacts,
    firstWorkspace,
    gone,
    planBook,
    channelBox,
    senders,
  };
}
