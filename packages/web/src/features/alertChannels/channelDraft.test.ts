import { AlertChannelSchema, CHANNEL_KINDS, MASKED_SECRET, NewAlertChannelSchema } from '@sightglass/contract/alertChannel';
import { describe, expect, it } from 'vitest';
import { type ChannelDraft, channelBody, draftOfChannel, EMPTY_CHANNEL, targetWords } from './channelDraft.ts';

const CONFIGS: Readonly<Record<(typeof CHANNEL_KINDS)[number], Record<string, string>>> = {
  slack: { url: 'https://hooks.example.com/a' },
  webhook: { url: 'https://example.com/hook' },
  email: { to: 'a@example.com\n\n b@example.com ' },
  pagerduty: { routing_key: 'k' },
  discord: { url: 'https://discord.example.com/a' },
  teams: { url: 'https://teams.example.com/a' },
  telegram: { token: '1:A', chat_id: '-100' },
};
const AT = '2026-11-20T09:00:00Z';
const KEPT = { id: 'chn_1', name: 'On call', kind: 'webhook', config: { url: 'https://example.com/hook', secret: MASKED_SECRET } };
const TIMES = { created_at: AT, updated_at: AT, last_success_at: null, last_failure_at: null };
const kept = AlertChannelSchema.parse({ ...KEPT, ...TIMES, environment: null, created_by: null, last_error: null, waiting: 0 });

describe('a channel that is typed', () => {
  it.each(CHANNEL_KINDS)('of kind %s is one that the server takes', (kind) => {
    const result = channelBody({ ...EMPTY_CHANNEL, kind, name: 'Mine', config: CONFIGS[kind] }, null);
    expect('body' in result && NewAlertChannelSchema.parse(result.body)).toMatchObject({ kind, name: 'Mine', all_rules: true });
  });

  it.each<[string, Partial<ChannelDraft>, string]>([
    ['no name', { name: ' ' }, '/name'],
    ['no address', { config: {} }, '/config/url'],
    ['a wait that is no number', { groupWaitSeconds: 'x' }, '/group_wait_seconds'],
    ['no repeat', { repeatMinutes: '' }, '/repeat_minutes'],
  ])('with %s is not sent', (_, changes, pointer) => {
    const result = channelBody({ ...EMPTY_CHANNEL, name: 'Mine', config: CONFIGS.slack, ...changes }, null);
    expect('errors' in result && result.errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('keeps a secret that nobody typed anew, and never sends the mask', () => {
    const draft = draftOfChannel(kept);
    expect(draft.config.secret).toBe('');
    const result = channelBody(draft, kept);
    expect('body' in result && result.body.config).toEqual({ url: 'https://example.com/hook' });
    expect('body' in result && 'kind' in result.body).toBe(false);
  });

  it('takes a secret away that shall be kept no longer', () => {
    const result = channelBody({ ...draftOfChannel(kept), forgotten: ['secret'] }, kept);
    expect('body' in result && result.body.config).toEqual({ url: 'https://example.com/hook', secret: null });
  });

  it('replaces a secret that was typed', () => {
    const result = channelBody({ ...draftOfChannel(kept), config: { url: 'https://example.com/hook', secret: 'other' } }, kept);
    expect('body' in result && result.body.config).toEqual({ url: 'https://example.com/hook', secret: 'other' });
  });

  it('takes an optional field away that was emptied', () => {
    const channel = { ...kept, kind: 'telegram' as const, config: { token: MASKED_SECRET, chat_id: '-100', url: 'https://bots.example.com' } };
    const result = channelBody({ ...draftOfChannel(channel), config: { chat_id: '-100', url: '' } }, channel);
    expect('body' in result && result.body.config).toEqual({ chat_id: '-100', url: null });
  });
});

it.each([
  [{ kind: 'email' as const, config: { to: ['a@example.com', 'b@example.com'] } }, 'a@example.com, b@example.com'],
  [{ kind: 'webhook' as const, config: { url: 'https://example.com:8443/path?token=x' } }, 'example.com:8443'],
  [{ kind: 'slack' as const, config: { url: MASKED_SECRET } }, 'its address is kept secret'],
  [{ kind: 'telegram' as const, config: { token: MASKED_SECRET, chat_id: '-100' } }, 'chat -100'],
])('says where it goes, as far as it may: %j', (channel, expected) => {
  expect(targetWords(channel)).toBe(expected);
});
