/**
 * An Adaptive Card in the message that workflows of Teams take ("when a Teams webhook request is received",
 * https://learn.microsoft.com/en-us/connectors/teams/#microsoft-teams-webhook). A message may have about 28 KB
 * (the same page, "message size limit"). What telemetry says stands in TextRun, which knows no Markdown and so makes no links.
 */
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import { fitAlerts, jsonBytes } from '../fitAlerts.ts';
import type { MessageLinks } from '../sender.ts';
import { cut, factsOf, headline, moreAlerts, oneLine, type Tone, toneOf, toneWord, usableLink } from '../wording.ts';

const MESSAGE_BYTES_MAX = 24_000;
const ALERTS_MAX = 20;
const FACTS_MAX = 12;
const TEXT_CHARS_MAX = 600;
const FACT_NAME_CHARS_MAX = 60;
const FACT_CHARS_MAX = 200;

/** What Adaptive Cards call the colours of text. */
const COLOURS: Readonly<Record<Tone, TextRun['color']>> = { critical: 'Attention', warning: 'Warning', info: 'Accent', resolved: 'Good' };

interface TextRun {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  size?: 'Large';
  color?: 'Attention' | 'Warning' | 'Accent' | 'Good';
  isSubtle?: true;
}
interface RichTextBlock {
  type: 'RichTextBlock';
  inlines: TextRun[];
  spacing?: 'Small';
}
interface OpenUrl {
  type: 'Action.OpenUrl';
  title: string;
  url: string;
}
interface ActionSet {
  type: 'ActionSet';
  actions: OpenUrl[];
}
interface Container {
  type: 'Container';
  separator: true;
  items: (RichTextBlock | ActionSet)[];
}

export interface TeamsBody {
  type: 'message';
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive';
      contentUrl: null;
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
        type: 'AdaptiveCard';
        version: '1.4';
        fallbackText: string;
        body: (RichTextBlock | Container | ActionSet)[];
        msteams: { width: 'full' };
      };
    },
  ];
}

export function composeTeams(message: AlertMessage, links: MessageLinks): TeamsBody {
  const compose = (shown: readonly MessageAlert[], leftOut: number): TeamsBody => {
    const title = plain(headline(message), TEXT_CHARS_MAX);
    return {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            fallbackText: title,
            body: [
              line([{ type: 'TextRun', text: title, weight: 'Bolder', size: 'Large', color: colourOf(message) }]),
              line([subtle(plain(`${message.workspace.name} · ${message.channelName}`, TEXT_CHARS_MAX))]),
              ...shown.map((alert) => containerOf(alert, message, links)),
              ...(leftOut === 0 ? [] : [line([subtle(moreAlerts(leftOut))]), ...actionSet([action('All alerts', links.alerts())])]),
            ],
            msteams: { width: 'full' },
          },
        },
      ],
    };
  };
  return fitAlerts(message.alerts, ALERTS_MAX, compose, (body) => jsonBytes(body) <= MESSAGE_BYTES_MAX).body;
}

function containerOf(alert: MessageAlert, { alerts, reason }: AlertMessage, links: MessageLinks): Container {
  const title: TextRun = {
    type: 'TextRun',
    text: `${toneWord(alert)}: ${plain(alert.ruleName, FACT_CHARS_MAX)}`,
    weight: 'Bolder',
    color: colourOf(alert),
  };
  const description = cut(alert.description, TEXT_CHARS_MAX);
  const facts = factsOf(alert).slice(0, FACTS_MAX);
  const acknowledge = alert.status === 'firing' && reason !== 'test' ? action('Acknowledge', links.acknowledge(alert.alertId)) : [];
  return {
    type: 'Container',
    separator: true,
    items: [
      // The headline has said it of a single one.
      ...(alerts.length === 1 ? [] : [line([title]), line([{ type: 'TextRun', text: plain(alert.message, TEXT_CHARS_MAX) || ' ' }])]),
      ...(description === '' ? [] : [line([{ type: 'TextRun', text: description }])]),
      ...facts.map(({ name, text }) =>
        line([subtle(`${plain(name, FACT_NAME_CHARS_MAX)}: `), { type: 'TextRun', text: plain(text, FACT_CHARS_MAX) }]),
      ),
      ...actionSet([action('Open', links.alert(alert.alertId)), acknowledge]),
    ],
  };
}

const colourOf = (of: Pick<MessageAlert, 'status' | 'severity'>) => COLOURS[toneOf(of)] ?? 'Accent';
const plain = (text: string, charactersMax: number): string => cut(oneLine(text), charactersMax);
const line = (inlines: TextRun[]): RichTextBlock => ({ type: 'RichTextBlock', inlines, spacing: 'Small' });
const subtle = (text: string): TextRun => ({ type: 'TextRun', text, isSubtle: true });

function action(title: string, link: string): OpenUrl[] {
  const url = usableLink(link);
  return url === undefined ? [] : [{ type: 'Action.OpenUrl', title, url }];
}

function actionSet(actions: OpenUrl[][]): ActionSet[] {
  const all = actions.flat();
  return all.length === 0 ? [] : [{ type: 'ActionSet', actions: all }];
}
