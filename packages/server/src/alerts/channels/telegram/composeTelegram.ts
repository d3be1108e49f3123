/**
 * A message of Telegram's Bot API in its HTML (https://core.telegram.org/bots/api#html-style): 4096 characters, of which the tags are
 * counted here, too. The links are no buttons, because a button whose address Telegram does not like (localhost, say) makes it refuse the whole.
 */
import { escapeHtml } from '../../../mail/htmlOfText.ts';
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import { cutEscaped } from '../cutEscaped.ts';
import { fitAlerts } from '../fitAlerts.ts';
import type { MessageLinks } from '../sender.ts';
import { breakAddresses, factsOf, headline, moreAlerts, oneLine, toneWord, usableLink } from '../wording.ts';

const TEXT_CHARS_MAX = 4_096;
const ALERTS_MAX = 20;
const FACTS_MAX = 10;
const LINE_CHARS_MAX = 400;
const FACT_NAME_CHARS_MAX = 50;
const FACT_CHARS_MAX = 110;
/** Two of them stand in a message. */
const LINK_CHARS_MAX = 500;

export interface TelegramBody {
  chat_id: string;
  text: string;
  parse_mode: 'HTML';
  /** No server of Telegram opens the links. */
  link_preview_options: { is_disabled: true };
  /** What has ended makes no sound. */
  disable_notification: boolean;
}

export function composeTelegram(chatId: string, message: AlertMessage, links: MessageLinks): TelegramBody {
  const compose = (shown: readonly MessageAlert[], leftOut: number): string =>
    [
      `<b>${escaped(headline(message), LINE_CHARS_MAX)}</b>\n${escaped(message.workspace.name, FACT_CHARS_MAX)}`,
      ...shown.map((alert) => alertText(alert, message, links)),
      ...(leftOut === 0 ? [] : [[moreAlerts(leftOut), ...anchor('All alerts', links.alerts())].join(' · ')]),
    ].join('\n\n');
  const { body: text } = fitAlerts(message.alerts, ALERTS_MAX, compose, (whole) => whole.length <= TEXT_CHARS_MAX);
  const silent = message.status === 'resolved';
  return { chat_id: chatId, text, parse_mode: 'HTML', link_preview_options: { is_disabled: true }, disable_notification: silent };
}

function alertText(alert: MessageAlert, { alerts, reason }: AlertMessage, links: MessageLinks): string {
  const mayAcknowledge = alert.status === 'firing' && reason !== 'test';
  const actions = [...anchor('Open', links.alert(alert.alertId)), ...(mayAcknowledge ? anchor('Acknowledge', links.acknowledge(alert.alertId)) : [])];
  const title = `<b>${toneWord(alert)}: ${escaped(alert.ruleName, FACT_CHARS_MAX)}</b>\n${escaped(alert.message, LINE_CHARS_MAX)}`;
  return [
    // The headline has said it of a single one.
    ...(alerts.length === 1 ? [] : [title]),
    ...(alert.description === '' ? [] : [escaped(alert.description, LINE_CHARS_MAX)]),
    // Of what stands in code, Telegram makes no links and calls nobody.
    ...factsOf(alert)
      .slice(0, FACTS_MAX)
      .map(({ name, text }) => `${escaped(name, FACT_NAME_CHARS_MAX)}: <code>${cutEscaped(oneLine(text), FACT_CHARS_MAX, escapeHtml)}</code>`),
    actions.join(' · '),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function anchor(label: string, link: string): string[] {
  const url = usableLink(link, LINK_CHARS_MAX);
  return url === undefined ? [] : [`<a href="${escapeHtml(url)}">${label}</a>`];
}

/** A word joiner behind an @ keeps a name from being called. */
const escaped = (text: string, charactersMax: number): string =>
  cutEscaped(breakAddresses(oneLine(text)).replaceAll('@', '@\u2060'), charactersMax, escapeHtml);
