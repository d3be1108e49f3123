/** What an alert says in one line: the rule's own template, or words that fit its kind. Pure. */
import type { NewAlertRule } from '@sightglass/contract/alertRule';
import type { QUERY_UNITS } from '@sightglass/contract/querySpec';
import { MEASURES } from '../../explore/measures/catalogue.ts';
import { conditionOf } from '../conditions/condition.ts';

type Unit = (typeof QUERY_UNITS)[number];

export const MESSAGE_CHARS_MAX = 500;
const VALUE_CHARS_MAX = 120;

export interface WordsOf {
  rule: NewAlertRule;
  labels: Readonly<Record<string, string>>;
  value: number | null;
  threshold: number | null;
}

export function alertMessage(of: WordsOf): string {
  const { rule } = of;
  const text = rule.message === '' ? `${sentence(of)}${groupWords(of.labels)}` : fillTemplate(rule.message, of);
  return clip(text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim(), MESSAGE_CHARS_MAX);
}

/** `{{name}}`; a name that is not known stays as it is written, so that a slip of the pen is seen. */
function fillTemplate(template: string, of: WordsOf): string {
  const { rule, labels, value, threshold } = of;
  const unit = unitOf(rule);
  return template.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (written, name: string) => {
    if (name.startsWith('labels.')) return clip(labels[name.slice('labels.'.length)] ?? '', VALUE_CHARS_MAX);
    switch (name) {
      case 'name':
        return rule.name;
      case 'severity':
        return rule.severity;
      case 'value':
        return quantity(value, unit);
      case 'threshold':
        return quantity(threshold, unit);
      case 'window':
        return windowWords(rule);
      default:
        return written;
    }
  });
}

function sentence({ rule, value, threshold }: WordsOf): string {
  const unit = unitOf(rule);
  const [is, limit] = [quantity(value, unit), quantity(threshold, unit)];
  if (value === null) return `No data for ${rule.name}`;
  switch (rule.kind) {
    case 'no_heartbeat':
      return `${rule.config.of === 'heartbeats' ? 'No heartbeat' : 'No telemetry'} for ${minutesWords(value)}, expected every ${minutesWords(rule.config.minutes)}`;
    case 'provider_down':
      return `${is} failures in a row of the provider, ${limit} mean that it is down`;
    case 'cache_unavailable':
      return 'The cache is unavailable';
    case 'cost_per_day':
      return `Cost today: ${is}, above ${limit}`;
    case 'anomaly':
      return `${titleOf(rule)}: ${is}, unusual for this hour`;
    case 'sql_query':
      return `The query answers ${is} (${OPERATOR_WORDS[rule.config.operator]} ${limit})`;
    case 'budget':
      return `${is} % of the budget is spent`;
    case 'metric_threshold':
      return `${titleOf(rule)}: ${is}, ${OPERATOR_WORDS[rule.config.operator]} ${limit} over ${windowWords(rule)}`;
    default:
      return `${titleOf(rule)}: ${is}, above ${limit} over ${windowWords(rule)}`;
  }
}

const OPERATOR_WORDS = { '>': 'above', '>=': 'at or above', '<': 'below', '<=': 'at or below', '==': 'equal to', '!=': 'other than' } as const;

const groupWords = (labels: Readonly<Record<string, string>>) => {
  const named = Object.entries(labels).filter(([, value]) => value !== '');
  return named.length === 0 ? '' : ` (${named.map(([name, value]) => `${name} ${clip(value, VALUE_CHARS_MAX)}`).join(', ')})`;
};

function measureOf(rule: NewAlertRule): string | undefined {
  const condition = conditionOf(rule);
  return condition.type === 'measure' || condition.type === 'anomaly' ? condition.measure : undefined;
}

const titleOf = (rule: NewAlertRule) => MEASURES.get(measureOf(rule) ?? '')?.title ?? rule.name;
const unitOf = (rule: NewAlertRule): Unit => MEASURES.get(measureOf(rule) ?? '')?.unit ?? 'none';

function quantity(value: number | null, unit: Unit): string {
  if (value === null) return 'unknown';
  switch (unit) {
    case 'usd':
      return `$${plain(value, value !== 0 && Math.abs(value) < 1 ? 4 : 2)}`;
    case 'ratio':
      return `${plain(value * 100, 2)} %`;
    case 'ms':
      return Math.abs(value) >= 10_000 ? `${plain(value / 1000, 1)} s` : `${plain(value, 0)} ms`;
    default:
      return plain(value, 4);
  }
}

/** At most so many decimals, without trailing zeros. */
const plain = (value: number, decimals: number) => (Math.abs(value) >= 1e15 ? String(value) : String(Number(value.toFixed(decimals))));

const minutesWords = (minutes: number) =>
  minutes < 1 ? `${plain(minutes * 60, 0)} s` : minutes < 120 ? `${plain(minutes, 1)} min` : `${plain(minutes / 60, 1)} h`;
const windowWords = (rule: NewAlertRule) => (rule.kind === 'cost_per_day' ? 'today' : minutesWords(rule.evaluation_window_minutes));

function clip(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
