/** Names of fields that hold secrets, in whatever spelling: `routing_key`, `clientSecret`, `password_hash`. Counts of tokens are none. */
const SECRET_NAME =
  /(?:password|secret|token(?!s)|routing_?key|api_?key|private_?key|wrapped_?key|authorization|cookie|credential|backup_?codes?|^key$|^hash$)/i;
/** Links of chat services are secrets themselves. */
const SECRET_URL = /^https:\/\/(?:hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|[^/]*\.webhook\.office\.com)\//i;

export const MASK = '***';

/** JSON as the audit log may keep it: what stands under the name of a secret becomes `***`, null stays null, so that one sees whether it was set. */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === 'string') return SECRET_URL.test(value) ? MASK : storable(value);
  // JSON has none.
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(maskSecrets);
  // What has a JSON form of its own, such as a Date, is stored in it.
  if (typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      entries.map(([name, each]) => [
        storable(name),
        SECRET_NAME.test(name) && each !== null && typeof each !== 'boolean' ? MASK : maskSecrets(each),
      ]),
    );
  }
  return value;
}

/** PostgreSQL takes neither a zero nor half a surrogate pair. */
const storable = (text: string): string => Buffer.from(text).toString().replaceAll('\0', '\uFFFD');
