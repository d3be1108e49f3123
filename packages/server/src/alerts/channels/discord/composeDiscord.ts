/**
 * A message of Discord's webhooks: an embed for each alert. Limits: 10 embeds; 256 characters for a title, 4096 for a description, 25
 * fields of 256 and 1024, 6000 over all embeds; 2000 for the content (https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
 */
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import { cutEscaped } from '../cutEscaped.ts';
import { fitAlerts } from '../fitAlerts.ts';
import type { MessageLinks } from '../sender.ts';
import { breakAddresses, factsOf, headline, moreAlerts, oneLine, toneOf, TONE_COLOURS, toneWord, usableLink } from '../wording.ts';

const EMBEDS_MAX = 10;
const EMBED_CHARS_MAX = 5_500;
const CONTENT_CHARS_MAX = 600;
const TITLE_CHARS_MAX = 256;
const TEXT_CHARS_MAX = 600;
const FIELDS_MAX = 15;
const FIELD_NAME_CHARS_MAX = 60;
const FIELD_CHARS_MAX = 150;
/** Two of them stand in a description. */
const LINK_CHARS_MAX = 600;

interface Embed {
  title: string;
  url?: string;
  description: string;
  /** 0xRRGGBB. */
  color: number;
  timestamp: string;
  fields: { name: string; value: string; inline: true }[];
}

export interface DiscordBody {
  content: string;
  embeds: Embed[];
  /** Nobody is called, whatever telemetry says. */
  allowed_mentions: { parse: [] };
}

export function composeDiscord(message: AlertMessage, links: MessageLinks): DiscordBody {
  const compose = (shown: readonly MessageAlert[], leftOut: number): DiscordBody => ({
    content: [escaped(headline(message), CONTENT_CHARS_MAX), ...(leftOut === 0 ? [] : [restOf(leftOut, links)])].join('\n'),
    embeds: shown.map((alert) => embedOf(alert, message, links)),
    allowed_mentions: { parse: [] },
  });
  return fitAlerts(message.alerts, EMBEDS_MAX, compose, ({ embeds }) => countedCharacters(embeds) <= EMBED_CHARS_MAX).body;
}

function restOf(leftOut: number, links: MessageLinks): string {
  const list = usableLink(links.alerts(), LINK_CHARS_MAX);
  // In <> a link shows no preview.
  return list === undefined ? moreAlerts(leftOut) : `${moreAlerts(leftOut)}: <${list}>`;
}

function embedOf(alert: MessageAlert, { reason }: AlertMessage, links: MessageLinks): Embed {
  const open = usableLink(links.alert(alert.alertId), LINK_CHARS_MAX);
  const acknowledge = alert.status === 'firing' && reason !== 'test' ? usableLink(links.acknowledge(alert.alertId), LINK_CHARS_MAX) : undefined;
  const actions = [
    open === undefined ? '' : `[Open](${linkTarget(open)})`,
    acknowledge === undefined ? '' : `[Acknowledge](${linkTarget(acknowledge)})`,
  ];
  const parts = [escaped(alert.message, TEXT_CHARS_MAX), escaped(alert.description, TEXT_CHARS_MAX, false), actions.filter(Boolean).join(' · ')];
  return {
    title: escaped(`${toneWord(alert)}: ${alert.ruleName}`, TITLE_CHARS_MAX),
    ...(open === undefined ? {} : { url: open }),
    description: parts.filter(Boolean).join('\n\n'),
    color: Number.parseInt(TONE_COLOURS[toneOf(alert)].slice(1), 16),
    timestamp: alert.endsAt ?? alert.startsAt,
    fields: factsOf(alert)
      .slice(0, FIELDS_MAX)
      .map(({ name, text, at }) => ({
        name: escaped(name, FIELD_NAME_CHARS_MAX),
        // Shown in the reader's own zone.
        value: at === undefined ? escaped(text, FIELD_CHARS_MAX) : `<t:${Math.floor(Date.parse(at) / 1_000)}:f>`,
        inline: true as const,
      })),
  };
}

/** A bracket would end the link's address. */
const linkTarget = (link: string): string => link.replaceAll('(', '%28').replaceAll(')', '%29');

const countedCharacters = (embeds: readonly Embed[]): number =>
  embeds
    .flatMap(({ title, description, fields }) => [title, description, ...fields.flatMap(({ name, value }) => [name, value])])
    .reduce((sum, text) => sum + text.length, 0);

const escaped = (text: string, charactersMax: number, onOneLine = true): string =>
  cutEscaped(breakAddresses(onOneLine ? oneLine(text) : text), charactersMax, escapeMarkdown);

/** Discord's Markdown with its mentions and links. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\*_~`|>[\]()#<@-]/g, String.raw`\$&`);
