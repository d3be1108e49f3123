/** How a channel is kept: its secrets sealed beside the rest, and shown to nobody. */
import {
  type AlertChannel,
  CHANNEL_CONFIGS,
  type ChannelKind,
  type ChannelTarget,
  MASKED_SECRET,
  SECRET_CONFIG_KEYS,
} from '@sightglass/contract/alertChannel';
import { z } from 'zod';
import { MASK } from '../../audit/maskSecrets.ts';
import type { alertChannels } from '../../control/tables/alerts.ts';
import { createSecretBox, type SecretBox } from '../../secretBox.ts';

export type ChannelRow = typeof alertChannels.$inferSelect;
type Config = Record<string, unknown>;

/** What opens the secrets of channels; all that send to them need it. */
export const createChannelBox = (secret: string): SecretBox => createSecretBox(secret, 'alert-channels');

const ownerOf = (id: string) => `alert_channels/${id}`;
const SecretsSchema = z.record(z.string(), z.unknown());

/** The columns that hold a config. */
export function sealConfig(box: SecretBox, id: string, { kind, config }: ChannelTarget): Pick<ChannelRow, 'config' | 'secrets'> {
  const isSecret = secretKeys(kind);
  const entries = Object.entries(config);
  const secrets = Object.fromEntries(entries.filter(([name]) => isSecret(name)));
  return { config: Object.fromEntries(entries.filter(([name]) => !isSecret(name))), secrets: box.seal(JSON.stringify(secrets), ownerOf(id)) };
}

/** The config with its secrets; undefined when the secret of the instance is another than it was, so that nothing can be sent. */
export function openConfig(row: Pick<ChannelRow, 'id' | 'config' | 'secrets'>, box: SecretBox): Config | undefined {
  const opened = box.open(row.secrets, ownerOf(row.id));
  return opened === undefined ? undefined : { ...row.config, ...SecretsSchema.parse(JSON.parse(opened)) };
}

/** Where a channel sends to, with its secrets: for senders alone. Undefined as for `openConfig`, or when this version does not know its config. */
export function openTarget(row: Pick<ChannelRow, 'id' | 'kind' | 'config' | 'secrets'>, box: SecretBox): ChannelTarget | undefined {
  const config = openConfig(row, box);
  if (config === undefined) return undefined;
  const parsed = CHANNEL_CONFIGS[row.kind].safeParse(config);
  // A kind and the config of its schema belong together, which the compiler cannot see of a union.
  return parsed.success ? ({ kind: row.kind, config: parsed.data } as ChannelTarget) : undefined;
}

/** As the API shows it. */
export function shownChannel(row: ChannelRow, box: SecretBox, waiting: number): AlertChannel {
  return {
    id: row.id,
    ...settingsOf(row),
    config: masked(row, openConfig(row, box), MASKED_SECRET),
    environment: row.environment,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    last_success_at: row.lastSuccessAt?.toISOString() ?? null,
    last_failure_at: row.lastFailureAt?.toISOString() ?? null,
    last_error: row.lastError,
    waiting,
  };
}

/** As the audit log tells it: addresses that are as good as a password are secrets there, too. */
export const auditedChannel = (row: ChannelRow, box: SecretBox) => ({ ...settingsOf(row), config: masked(row, openConfig(row, box), MASK) });

const settingsOf = ({ name, kind, enabled, allRules, groupBy, groupWaitSeconds, repeatMinutes }: ChannelRow) => ({
  name,
  kind,
  enabled,
  all_rules: allRules,
  group_by: groupBy,
  group_wait_seconds: groupWaitSeconds,
  repeat_minutes: repeatMinutes,
});

/** Secrets that are not set stay out; where they cannot be opened, it is not known whether they are. */
function masked({ kind, config }: Pick<ChannelRow, 'kind' | 'config'>, opened: Config | undefined, mask: string): Config {
  const secrets = SECRET_CONFIG_KEYS[kind].filter((name) => opened === undefined || opened[name] != null);
  return { ...config, ...Object.fromEntries(secrets.map((name) => [name, mask])) };
}

const secretKeys = (kind: ChannelKind) => (name: string) => SECRET_CONFIG_KEYS[kind].includes(name);
