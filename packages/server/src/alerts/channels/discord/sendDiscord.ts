import type { Sender } from '../sender.ts';
import { type Outbound, sendJson } from '../sendJson.ts';
import { composeDiscord } from './composeDiscord.ts';

export const createDiscordSender =
  (outbound: Outbound): Sender<'discord'> =>
  ({ url }, message, links) =>
    sendJson(outbound, { url, body: JSON.stringify(composeDiscord(message, links)) });
