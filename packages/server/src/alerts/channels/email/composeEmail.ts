/** A mail that somebody can act on from a phone: what, since when, how bad, and a button. Text and HTML say the same. */
import { escapeHtml } from '../../../mail/htmlOfText.ts';
import type { Mail } from '../../../mail/mailer.ts';
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import type { MessageLinks } from '../sender.ts';
import { byGravity, cut, type Fact, factsOf, headline, moreAlerts, oneLine, toneOf, TONE_COLOURS, toneWord, usableLink } from '../wording.ts';

/** A mail of more is read by nobody; the list has them all. */
const ALERTS_MAX = 25;
const SUBJECT_CHARS_MAX = 200;
const TEXT_CHARS_MAX = 2_000;
const FACTS_MAX = 20;
const FACT_CHARS_MAX = 300;
const FONT = "font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

interface Action {
  label: string;
  url: string;
}

/** One alert, made ready for both forms. */
interface Part {
  colour: string;
  title: string;
  message: string;
  description: string;
  facts: Fact[];
  actions: Action[];
}

export function composeEmail(message: AlertMessage, links: MessageLinks): Required<Pick<Mail, 'subject' | 'text' | 'html' | 'thread'>> {
  const ordered = byGravity(message.alerts);
  const parts = ordered.slice(0, ALERTS_MAX).map((alert) => partOf(alert, message, links));
  const leftOut = ordered.length - parts.length;
  const list = leftOut === 0 ? [] : actionOf('All alerts', links.alerts());
  const foot = `Sightglass, workspace ${message.workspace.name}, channel ${message.channelName}`;
  return {
    subject: cut(oneLine(headline(message)), SUBJECT_CHARS_MAX),
    text: textOf(parts, leftOut, list, foot),
    html: htmlOf(parts, leftOut, list, foot),
    thread: `${message.workspace.id} ${message.groupKey}`,
  };
}

function partOf(alert: MessageAlert, { reason }: AlertMessage, links: MessageLinks): Part {
  const mayAcknowledge = alert.status === 'firing' && reason !== 'test';
  return {
    colour: TONE_COLOURS[toneOf(alert)],
    title: `${toneWord(alert)}: ${alert.ruleName}`,
    message: cut(alert.message, TEXT_CHARS_MAX),
    description: cut(alert.description, TEXT_CHARS_MAX),
    facts: factsOf(alert)
      .slice(0, FACTS_MAX)
      .map(({ name, text }) => ({ name: cut(oneLine(name), FACT_CHARS_MAX), text: cut(oneLine(text), FACT_CHARS_MAX) })),
    actions: [
      ...actionOf(reason === 'test' ? 'Open Sightglass' : 'Open the alert', links.alert(alert.alertId)),
      ...(mayAcknowledge ? actionOf('Acknowledge', links.acknowledge(alert.alertId)) : []),
    ],
  };
}

function actionOf(label: string, link: string): Action[] {
  const url = usableLink(link);
  return url === undefined ? [] : [{ label, url }];
}

function textOf(parts: readonly Part[], leftOut: number, list: readonly Action[], foot: string): string {
  const sections = parts.map(({ title, message, description, facts, actions }) =>
    [
      title,
      message,
      ...(description === '' ? [] : ['', description]),
      '',
      ...facts.map(({ name, text }) => `${name}: ${text}`),
      ...actions.flatMap(({ label, url }) => ['', `${label}:`, url]),
    ].join('\n'),
  );
  const rest = leftOut === 0 ? [] : [[moreAlerts(leftOut), ...list.map(({ url }) => url)].join('\n')];
  return [...sections, ...rest, foot].join('\n\n----------------------------------------\n\n');
}

function htmlOf(parts: readonly Part[], leftOut: number, list: readonly Action[], foot: string): string {
  const rest = leftOut === 0 ? '' : `<p>${escapeHtml(moreAlerts(leftOut))}</p>${buttonsOf(list, '#344054')}`;
  return `<!doctype html>
<html><body style="${FONT}; font-size: 15px; line-height: 1.5; color: #1d2939; margin: 0; padding: 16px; background: #ffffff">
${parts.map(sectionOf).join('\n')}
${rest}
<p style="font-size: 12px; color: #667085">${escapeHtml(foot)}</p>
</body></html>
`;
}

function sectionOf({ colour, title, message, description, facts, actions }: Part): string {
  const rows = facts.map(
    ({ name, text }) =>
      `<tr><td style="padding: 2px 16px 2px 0; color: #667085; vertical-align: top">${escapeHtml(name)}</td><td style="padding: 2px 0; word-break: break-word">${escapeHtml(text)}</td></tr>`,
  );
  return `<div style="max-width: 600px; border-left: 4px solid ${colour}; padding: 4px 0 4px 16px; margin: 0 0 24px">
<p style="margin: 0; font-weight: 600; color: ${colour}">${escapeHtml(title)}</p>
<p style="margin: 4px 0 12px; font-size: 17px">${lines(message)}</p>
${description === '' ? '' : `<p style="margin: 0 0 12px; color: #475467">${lines(description)}</p>`}
<table style="border-collapse: collapse; font-size: 14px; margin: 0 0 16px">${rows.join('')}</table>
${buttonsOf(actions, colour)}
</div>`;
}

/** The first is filled: it is what most people want. */
function buttonsOf(actions: readonly Action[], colour: string): string {
  const shape = 'display: inline-block; padding: 10px 18px; margin: 0 8px 8px 0; border-radius: 6px; text-decoration: none; font-weight: 600';
  return actions
    .map(({ label, url }, index) => {
      const look =
        index === 0 ? `background: ${colour}; color: #ffffff; border: 1px solid ${colour}` : `color: ${colour}; border: 1px solid ${colour}`;
      return `<a href="${escapeHtml(url)}" style="${shape}; ${look}">${escapeHtml(label)}</a>`;
    })
    .join('');
}

const lines = (text: string): string => escapeHtml(text).replaceAll(/\r\n?|\n/g, '<br>');
