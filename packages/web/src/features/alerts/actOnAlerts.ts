import type { Alert } from '@sightglass/contract/alert';
import { acknowledgeAlert, resolveAlert, snoozeAlert } from '../../api/alerts.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';

/** What a person does about alerts. `until`: RFC 3339. */
export type Act = { verb: 'acknowledge' } | { verb: 'resolve'; notes: string } | { verb: 'snooze'; until: string };

export interface Refusal {
  alert: Pick<Alert, 'id' | 'rule_name'>;
  why: string;
}
/** What came of it, for each of them. */
export interface Acted {
  verb: Act['verb'];
  done: readonly Pick<Alert, 'id' | 'rule_name'>[];
  refused: readonly Refusal[];
}

/** Requests on the way at a time. */
const AT_ONCE = 4;

/** Does the same to each; one that is refused keeps no other from it. */
export async function actOnAlerts(alerts: readonly Alert[], act: Act): Promise<Acted> {
  const outcomes: (Refusal | Alert)[] = [];
  for (let i = 0; i < alerts.length; i += AT_ONCE) {
    // oxlint-disable-next-line no-await-in-loop -- a few at a time: the server is working on an incident, too
    outcomes.push(...(await Promise.all(alerts.slice(i, i + AT_ONCE).map((alert) => actOn(alert, act)))));
  }
  return {
    verb: act.verb,
    done: outcomes.filter((outcome): outcome is Alert => !('why' in outcome)),
    refused: outcomes.filter((outcome): outcome is Refusal => 'why' in outcome),
  };
}

async function actOn(alert: Alert, act: Act): Promise<Refusal | Alert> {
  try {
    switch (act.verb) {
      case 'acknowledge':
        return await acknowledgeAlert(alert.id);
      case 'resolve':
        return await resolveAlert(alert.id, act.notes === '' ? undefined : act.notes);
      case 'snooze':
        return await snoozeAlert(alert.id, act.until);
    }
  } catch (error) {
    return { alert, why: asProblem(error).message };
  }
}

const DONE_WORDS = { acknowledge: 'acknowledged', resolve: 'resolved', snooze: 'snoozed' } as const satisfies Record<Act['verb'], string>;

/** `3 alerts acknowledged.`, `“Errors” resolved.`; of those that were refused `1 alert was not resolved:`. */
export function actedWords({ verb, done, refused }: Acted): { done: string | null; refused: string | null } {
  const did = DONE_WORDS[verb];
  const [only] = done;
  return {
    done: only === undefined ? null : done.length === 1 ? `“${only.rule_name}” ${did}.` : `${formatQuantity(done.length, 'alert')} ${did}.`,
    refused: refused.length === 0 ? null : `${formatQuantity(refused.length, 'alert')} ${refused.length === 1 ? 'was' : 'were'} not ${did}:`,
  };
}
