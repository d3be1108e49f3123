import type { AlertChannel, ChannelTest } from '@sightglass/contract/alertChannel';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/alerts/channels';
/** More than a workspace may have. */
const PAGE_SIZE = 200;
/** Begins the key of everything that tells of channels. */
export const CHANNELS_KEY = ['alert-channels'] as const;

const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

/** Every channel of the workspace, newest first; secrets are masked. */
export const alertChannelsQuery = queryOptions({
  queryKey: CHANNELS_KEY,
  queryFn: async ({ signal }) => (await requestJson<{ items: AlertChannel[] }>(PATH, { query: { limit: PAGE_SIZE }, signal })).items,
});

export const createAlertChannel = (body: unknown) => requestJson<AlertChannel>(PATH, { method: 'POST', body });
/** Secrets that are not sent, or sent masked, stay; null takes a key of config away. */
export const changeAlertChannel = (id: string, changes: unknown) => requestJson<AlertChannel>(pathOf(id), { method: 'PATCH', body: changes });
export const deleteAlertChannel = (id: string) => requestJson<undefined>(pathOf(id), { method: 'DELETE' });
/** Sends a test message now, once; a message that does not arrive is an answer, too. */
export const testAlertChannel = (id: string) => requestJson<ChannelTest>(`${pathOf(id)}/test`, { method: 'POST' });
