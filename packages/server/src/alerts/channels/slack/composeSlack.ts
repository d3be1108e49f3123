/**
 * A message of Slack's Block Kit: the headline, and for each alert an attachment whose colour says how grave it is, with two buttons.
 * Limits: 50 blocks, 10 fields of 2000 characters, 3000 for a section and for a button's address
 * (https://docs.slack.dev/reference/block-kit/blocks); 13 200 characters over all blocks (`msg_blocks_too_long` of chat.postMessage).
 */
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import { cutEscaped } from '../cutEscaped.ts';
import { fitAlerts, jsonBytes } from '../fitAlerts.ts';
import type { MessageLinks } from '../sender.ts';
import { type Fact, factsOf, headline, moreAlerts, oneLine, toneOf, TONE_COLOURS, toneWord, usableLink } from '../wording.ts';

const MESSAGE_BYTES_MAX = 12_000;
const ALERTS_MAX = 10;
const FIELDS_MAX = 10;
const HEADLINE_CHARS_MAX = 600;
const TEXT_CHARS_MAX = 600;
const FIELD_NAME_CHARS_MAX = 60;
const FIELD_CHARS_MAX = 200;
const BUTTON_URL_CHARS_MAX = 3_000;

/** `verbatim`: addresses and names in what telemetry says stay text. */
interface Mrkdwn {
  type: 'mrkdwn';
  text: string;
  verbatim: true;
}
interface Button {
  type: 'button';
  text: { type: 'plain_text'; text: string };
  url: string;
  action_id: string;
  style?: 'primary';
}
type Block =
  | { type: 'section'; text?: Mrkdwn; fields?: Mrkdwn[] }
  | { type: 'context'; elements: Mrkdwn[] }
  | { type: 'actions'; elements: Button[] };

export interface SlackBody {
  /** For notifications, and where blocks are not shown. */
  text: string;
  blocks: Block[];
  attachments: { color: string; fallback: string; blocks: Block[] }[];
  unfurl_links: false;
  unfurl_media: false;
}

export function composeSlack(message: AlertMessage, links: MessageLinks): SlackBody {
  const compose = (shown: readonly MessageAlert[], leftOut: number): SlackBody => {
    const text = escaped(headline(message), HEADLINE_CHARS_MAX);
    const list = usableLink(links.alerts(), BUTTON_URL_CHARS_MAX);
    const rest = list === undefined ? moreAlerts(leftOut) : `${moreAlerts(leftOut)}: <${escapeMrkdwn(list)}|all alerts>`;
    return {
      text,
      blocks: [
        { type: 'section', text: mrkdwn(`*${text}*`) },
        { type: 'context', elements: [mrkdwn(escaped(`${message.workspace.name} · ${message.channelName}`, TEXT_CHARS_MAX))] },
      ],
      attachments: [
        ...shown.map((alert) => attachmentOf(alert, message, links)),
        ...(leftOut === 0
          ? []
          : [
              {
                color: TONE_COLOURS[toneOf(message)],
                fallback: moreAlerts(leftOut),
                blocks: [{ type: 'context' as const, elements: [mrkdwn(rest)] }],
              },
            ]),
      ],
      unfurl_links: false,
      unfurl_media: false,
    };
  };
  return fitAlerts(message.alerts, ALERTS_MAX, compose, (body) => jsonBytes(body) <= MESSAGE_BYTES_MAX).body;
}

function attachmentOf(alert: MessageAlert, { alerts, reason }: AlertMessage, links: MessageLinks): SlackBody['attachments'][number] {
  const title = `*${toneWord(alert)}: ${escaped(alert.ruleName, FIELD_CHARS_MAX)}*\n${escaped(alert.message, TEXT_CHARS_MAX)}`;
  const description = escaped(alert.description, TEXT_CHARS_MAX, false);
  const blocks: Block[] = [];
  // The headline has said it of a single one.
  if (alerts.length > 1) blocks.push({ type: 'section', text: mrkdwn(title) });
  if (description !== '') blocks.push({ type: 'section', text: mrkdwn(description) });
  const facts = factsOf(alert);
  blocks.push({ type: 'section', fields: facts.slice(0, FIELDS_MAX).map(fieldOf) });
  if (facts.length > FIELDS_MAX) blocks.push({ type: 'context', elements: [mrkdwn(`and ${facts.length - FIELDS_MAX} more labels`)] });
  const elements = buttonsOf(alert, reason, links);
  if (elements.length > 0) blocks.push({ type: 'actions', elements });
  return { color: TONE_COLOURS[toneOf(alert)], fallback: escaped(`${alert.ruleName}: ${alert.message}`, TEXT_CHARS_MAX), blocks };
}

function buttonsOf({ alertId, status }: MessageAlert, reason: AlertMessage['reason'], links: MessageLinks): Button[] {
  const button = (label: string, link: string, actionId: string): Button[] => {
    const url = usableLink(link, BUTTON_URL_CHARS_MAX);
    return url === undefined ? [] : [{ type: 'button', text: { type: 'plain_text', text: label }, url, action_id: actionId }];
  };
  const mayAcknowledge = status === 'firing' && reason !== 'test';
  return [
    ...button('Open', links.alert(alertId), 'open'),
    ...(mayAcknowledge
      ? button('Acknowledge', links.acknowledge(alertId), 'acknowledge').map((each) => ({ ...each, style: 'primary' as const }))
      : []),
  ];
}

/** A moment is shown in the reader's own zone. */
function fieldOf({ name, text, at }: Fact): Mrkdwn {
  const value = escaped(text, FIELD_CHARS_MAX);
  const shown = at === undefined ? value : `<!date^${Math.floor(Date.parse(at) / 1_000)}^{date_short_pretty}, {time}|${value}>`;
  return mrkdwn(`*${escaped(name, FIELD_NAME_CHARS_MAX)}*\n${shown}`);
}

const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true });
const escaped = (text: string, charactersMax: number, onOneLine = true): string =>
  cutEscaped(onOneLine ? oneLine(text) : text, charactersMax, escapeMrkdwn);

/** The three signs of which Slack makes links and mentions (https://docs.slack.dev/messaging/formatting-message-text). */
export function escapeMrkdwn(text: string): string {
  const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
}
