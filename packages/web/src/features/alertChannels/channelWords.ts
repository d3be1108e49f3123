import type { ChannelKind } from '@sightglass/contract/alertChannel';

export interface ChannelField {
  name: string;
  label: string;
  placeholder: string;
  /** Where it is found. */
  help: string;
  /** It may stay empty. */
  optional?: boolean;
  /** It is never shown again. */
  secret?: boolean;
  /** Several, one a line. */
  lines?: boolean;
}

interface ChannelWords {
  /** What is needed on the other side, step by step. */
  setUp: string;
  fields: readonly ChannelField[];
}

/** Each kind of channel, with what it needs and where to find it. */
export const CHANNEL_WORDS: Readonly<Record<ChannelKind, ChannelWords>> = {
  slack: {
    setUp: 'In Slack: create an app, switch “Incoming Webhooks” on, add one to the channel that is to be told, and copy its URL.',
    fields: [
      {
        name: 'url',
        label: 'Webhook URL',
        placeholder: 'https://hooks.slack.com/services/…',
        help: 'It is as good as a password, so it is never shown again.',
        secret: true,
      },
    ],
  },
  webhook: {
    setUp: 'Any program that takes the webhook of Prometheus Alertmanager, version 4: the same body is posted as JSON.',
    fields: [
      {
        name: 'url',
        label: 'URL',
        placeholder: 'https://example.com/alerts',
        help: 'Private addresses are refused unless whoever runs the server allows them.',
      },
      {
        name: 'secret',
        label: 'Secret',
        placeholder: 'none',
        help: 'Signs each body in X-Sightglass-Signature (HMAC-SHA256), so that the receiver knows where it comes from.',
        optional: true,
        secret: true,
      },
    ],
  },
  email: {
    setUp: 'Sent by the mail server that whoever runs Sightglass has set up.',
    fields: [{ name: 'to', label: 'Addresses', placeholder: 'oncall@example.com', help: 'One a line, at most 50.', lines: true }],
  },
  pagerduty: {
    setUp: 'In PagerDuty: open the service, choose Integrations, add “Events API V2”, and copy its integration key.',
    fields: [
      { name: 'routing_key', label: 'Integration key', placeholder: '32 characters', help: 'Of an Events API V2 integration.', secret: true },
      { name: 'url', label: 'Address of the API', placeholder: 'PagerDuty’s own', help: 'Only for another region or a proxy.', optional: true },
    ],
  },
  discord: {
    setUp: 'In Discord: edit the channel, choose Integrations, create a webhook, and copy its URL.',
    fields: [
      {
        name: 'url',
        label: 'Webhook URL',
        placeholder: 'https://discord.com/api/webhooks/…',
        help: 'It is as good as a password, so it is never shown again.',
        secret: true,
      },
    ],
  },
  teams: {
    setUp:
      'In Teams: open Workflows of the channel, choose “Post to a channel when a webhook request is received”, and copy the URL that it ends with.',
    fields: [
      {
        name: 'url',
        label: 'Workflow URL',
        placeholder: 'https://….logic.azure.com/workflows/…',
        help: 'It is as good as a password, so it is never shown again.',
        secret: true,
      },
    ],
  },
  telegram: {
    setUp: 'In Telegram: ask @BotFather for a new bot and copy its token; add the bot to the chat that is to be told.',
    fields: [
      { name: 'token', label: 'Token of the bot', placeholder: '123456:ABC…', help: 'It is never shown again.', secret: true },
      {
        name: 'chat_id',
        label: 'Chat id',
        placeholder: '-1001234567890',
        help: 'Of a group it begins with a minus; getUpdates of the bot tells it.',
      },
      { name: 'url', label: 'Address of the API', placeholder: 'Telegram’s own', help: 'Only for a server of your own.', optional: true },
    ],
  },
};
