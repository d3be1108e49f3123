/** Which notifications are shown while a page is open, and for how long. Pure. */
import type { Notification } from '@sightglass/contract/notification';
import { formatQuantity } from '../../ui/formatCount.ts';

/** Besides the one that counts the rest. */
export const TOASTS_AT_ONCE_MAX = 3;
const SHOWN_MS = 8_000;

export interface AlertToast {
  id: string;
  title: string;
  message: string;
  severity: Notification['severity'];
  /** What it leads to; null: the list of alerts. */
  about: Notification | null;
  /** Milliseconds; 0: until it is put away. */
  timeoutMs: number;
}

/** Those that came since `known`; nothing while nothing was known yet: what was there before the page is in the list. */
export function freshNotifications(known: ReadonlySet<string> | null, items: readonly Notification[]): Notification[] {
  return known === null ? [] : items.filter(({ id, read_at, kind }) => !known.has(id) && read_at === null && kind !== 'alert_resolved');
}

/** The gravest first; of many at once the rest is one line. What is critical stays until it is put away. */
export function toastsOf(fresh: readonly Notification[]): AlertToast[] {
  const gravity = { critical: 2, warning: 1, info: 0 } as const;
  const gravestFirst = [...fresh].sort((a, b) => gravity[b.severity] - gravity[a.severity]);
  const shown = gravestFirst.slice(0, TOASTS_AT_ONCE_MAX).map(
    (about): AlertToast => ({
      id: about.id,
      title: about.title,
      message: about.message,
      severity: about.severity,
      about,
      timeoutMs: timeoutOf(about.severity),
    }),
  );
  const rest = gravestFirst.slice(TOASTS_AT_ONCE_MAX);
  const [worst] = rest;
  if (worst === undefined) return shown;
  const more: AlertToast = {
    id: `more than ${worst.id}`,
    title: `${formatQuantity(rest.length, 'more notification')}`,
    message: 'They are in the list behind the bell.',
    severity: worst.severity,
    about: null,
    timeoutMs: timeoutOf(worst.severity),
  };
  return [...shown, more];
}

const timeoutOf = (severity: Notification['severity']) => (severity === 'critical' ? 0 : SHOWN_MS);
