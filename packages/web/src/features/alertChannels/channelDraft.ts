/** A channel as it is typed, and what the API takes. */
import { type AlertChannel, type ChannelKind, MASKED_SECRET } from '@sightglass/contract/alertChannel';
import type { FieldError } from '@sightglass/contract/errors';
import { readNumber } from '../alertRules/ruleBody.ts';
import { lineValues } from '../settings/lineList.ts';
import { CHANNEL_WORDS } from './channelWords.ts';

export interface ChannelDraft {
  kind: ChannelKind;
  name: string;
  /** What each field of the kind holds; of a secret that is kept, nothing. */
  config: Readonly<Record<string, string>>;
  /** Secrets that are kept and shall be no longer, by their names. */
  forgotten: readonly string[];
  enabled: boolean;
  allRules: boolean;
  /** One label a line. */
  groupBy: string;
  groupWaitSeconds: string;
  repeatMinutes: string;
}

export const EMPTY_CHANNEL: ChannelDraft = {
  kind: 'slack',
  name: '',
  config: {},
  forgotten: [],
  enabled: true,
  allRules: true,
  groupBy: '',
  groupWaitSeconds: '0',
  repeatMinutes: '0',
};

export function draftOfChannel(channel: AlertChannel): ChannelDraft {
  const fields = CHANNEL_WORDS[channel.kind].fields.map(({ name }) => [name, typed(channel.config[name])]);
  return {
    kind: channel.kind,
    name: channel.name,
    config: Object.fromEntries(fields),
    forgotten: [],
    enabled: channel.enabled,
    allRules: channel.all_rules,
    groupBy: channel.group_by.join('\n'),
    groupWaitSeconds: String(channel.group_wait_seconds),
    repeatMinutes: String(channel.repeat_minutes),
  };
}

function typed(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  return value === undefined || value === null || value === MASKED_SECRET ? '' : String(value);
}

/** Whether a secret is kept on the server, of which nothing is shown. */
export const isKept = (channel: AlertChannel | null, name: string): boolean => channel?.config[name] === MASKED_SECRET;

export type ChannelBody = { body: Record<string, unknown> } | { errors: readonly FieldError[] };

/** A new channel, or the change of one: then a secret that is left empty stays, and an optional field that is emptied goes. */
export function channelBody(draft: ChannelDraft, channel: AlertChannel | null): ChannelBody {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, message: string) => void errors.push({ pointer, message });
  const number = (text: string, pointer: string) => {
    const value = readNumber(text);
    if (value === undefined) refuse(pointer, text.trim() === '' ? 'is needed' : 'must be a number');
    return value ?? 0;
  };
  const config: Record<string, unknown> = {};
  for (const { name, optional = false, secret = false, lines = false } of CHANNEL_WORDS[draft.kind].fields) {
    const text = (draft.config[name] ?? '').trim();
    const pointer = `/config/${name}`;
    if (text !== '') config[name] = lines ? lineValues(text) : text;
    else if (secret && isKept(channel, name) && !draft.forgotten.includes(name)) continue;
    else if (!optional) refuse(pointer, 'is needed');
    else if (channel !== null) config[name] = null;
  }
  if (draft.name.trim() === '') refuse('/name', 'is needed');
  const rest = {
    name: draft.name.trim(),
    config,
    enabled: draft.enabled,
    all_rules: draft.allRules,
    group_by: lineValues(draft.groupBy),
    group_wait_seconds: number(draft.groupWaitSeconds, '/group_wait_seconds'),
    repeat_minutes: number(draft.repeatMinutes, '/repeat_minutes'),
  };
  if (errors.length > 0) return { errors };
  return { body: channel === null ? { kind: draft.kind, ...rest } : rest };
}

/** Where it goes, as far as it may be shown. */
export function targetWords({ kind, config }: Pick<AlertChannel, 'kind' | 'config'>): string {
  switch (kind) {
    case 'email':
      return Array.isArray(config.to) ? config.to.join(', ') : '';
    case 'webhook':
      return hostOf(config.url);
    case 'telegram':
      return `chat ${String(config.chat_id)}`;
    default:
      return 'its address is kept secret';
  }
}

function hostOf(url: unknown): string {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : String(url);
}
