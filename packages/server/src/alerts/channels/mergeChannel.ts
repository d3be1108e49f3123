/** What a channel becomes by a PATCH, checked like a new one. Pure. */
import { MASKED_SECRET, type NewAlertChannel, NewAlertChannelSchema, SECRET_CONFIG_KEYS } from '@sightglass/contract/alertChannel';
import type { FieldError } from '@sightglass/contract/errors';
import { fieldErrors, jsonPointer } from '../../fieldErrors.ts';
import { fail, ok, type Result } from '../../result.ts';

const FIELDS = new Set(['name', 'kind', 'enabled', 'all_rules', 'group_by', 'group_wait_seconds', 'repeat_minutes', 'config']);
type Config = Record<string, unknown>;
/** A channel as it is kept; `config` with its secrets, without them when they cannot be opened. */
export type KeptChannel = Omit<NewAlertChannel, 'config'> & { config: Config };

/**
 * Fields that are absent stay. Of `config` each key by itself: null takes it away, the mask leaves a secret as it is. A secret is
 * never sent to an address that it was not entered for, so another address of the receiver needs it again.
 */
export function mergeChannel(kept: KeptChannel, changes: Readonly<Record<string, unknown>>): Result<NewAlertChannel> {
  const unknown = Object.keys(changes).filter((name) => !FIELDS.has(name));
  if (unknown.length > 0) return refused(unknown.map((name) => ({ pointer: jsonPointer([name]), message: 'is not a known field' })));
  if (changes.kind !== undefined && changes.kind !== kept.kind) {
    return refused([{ pointer: '/kind', message: `is ${kept.kind} and cannot be changed; create another channel` }]);
  }
  const { config: configChanges = {}, ...settings } = changes;
  if (typeof configChanges !== 'object' || configChanges === null || Array.isArray(configChanges)) {
    return refused([{ pointer: '/config', message: 'must be an object' }]);
  }
  const sent = Object.entries(configChanges).filter(([name, value]) => !(isSecret(kept, name) && value === MASKED_SECRET));
  const config: Config = { ...kept.config };
  for (const [name, value] of sent) {
    if (value === null) delete config[name];
    else config[name] = value;
  }
  return checkChannel({ ...kept, ...settings, config }, (channel) => movedSecrets(kept, channel, new Set(sent.map(([name]) => name))));
}

/** A whole channel as somebody sent it. */
export const checkNewChannel = (channel: NewAlertChannel): Result<NewAlertChannel> => checkChannel(channel, () => []);

function checkChannel(sent: unknown, further: (channel: NewAlertChannel) => FieldError[]): Result<NewAlertChannel> {
  const parsed = NewAlertChannelSchema.safeParse(sent);
  if (!parsed.success) return refused(fieldErrors(parsed.error.issues));
  const channel = parsed.data;
  const config: Config = channel.config;
  const masks = SECRET_CONFIG_KEYS[channel.kind].filter((name) => config[name] === MASKED_SECRET);
  const errors = [...masks.map((name) => ({ pointer: jsonPointer(['config', name]), message: 'is masked; enter it' })), ...further(channel)];
  return errors.length > 0 ? refused(errors) : ok(channel);
}

const isSecret = ({ kind }: Pick<KeptChannel, 'kind'>, name: string): boolean => SECRET_CONFIG_KEYS[kind].includes(name);

/** Secrets that would go to another address than before without having been entered again. */
function movedSecrets(kept: KeptChannel, { kind, config }: NewAlertChannel, sent: ReadonlySet<string>): FieldError[] {
  const goesAlong = kind === 'pagerduty' ? 'routing_key' : kind === 'telegram' ? 'token' : undefined;
  const { url }: { url?: string | null | undefined } = 'url' in config ? config : {};
  if (goesAlong === undefined || url == null || url === kept.config.url || sent.has(goesAlong)) return [];
  return [{ pointer: jsonPointer(['config', goesAlong]), message: 'is needed with another address' }];
}

const refused = (errors: FieldError[]) =>
  fail('invalid-request', `The channel is not valid: ${errors.length} field${errors.length === 1 ? '' : 's'} to correct.`, errors);
