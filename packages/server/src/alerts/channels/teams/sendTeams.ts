import type { Sender } from '../sender.ts';
import { type Outbound, sendJson } from '../sendJson.ts';
import { composeTeams } from './composeTeams.ts';

export const createTeamsSender =
  (outbound: Outbound): Sender<'teams'> =>
  ({ url }, message, links) =>
    sendJson(outbound, { url, body: JSON.stringify(composeTeams(message, links)) });
