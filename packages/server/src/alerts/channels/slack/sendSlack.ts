import type { OutboundAnswer } from '../../../outbound/outboundClient.ts';
import type { Sender } from '../sender.ts';
import { type Outbound, sendJson } from '../sendJson.ts';
import { composeSlack } from './composeSlack.ts';

/** What an incoming webhook says in its answer (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
const REASONS: Readonly<Record<string, string>> = {
  no_service: 'the webhook was removed or its app is disabled; make another in Slack',
  no_team: 'the workspace of Slack is gone',
  no_active_hooks: 'the webhook is disabled in Slack',
  channel_not_found: 'its channel of Slack is gone',
  channel_is_archived: 'its channel of Slack is archived',
  action_prohibited: 'an administrator of Slack does not let it post',
  posting_to_general_channel_denied: 'it may not post to that channel of Slack',
  invalid_token: 'the address is no webhook of Slack',
};

export const createSlackSender =
  (outbound: Outbound): Sender<'slack'> =>
  ({ url }, message, links) =>
    sendJson(outbound, { url, body: JSON.stringify(composeSlack(message, links)), explain });

/** Only words that are known: the address may be anybody's. */
const explain = ({ body }: OutboundAnswer): string | undefined => REASONS[Buffer.from(body.subarray(0, 100)).toString('utf8').trim()];
