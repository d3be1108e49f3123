import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OutboundAnswer } from '../../../outbound/outboundClient.ts';
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import type { Sender, SendResult } from '../sender.ts';
import { answeredJson, type Outbound, sendJson } from '../sendJson.ts';
import { byGravity, cut, oneLine } from '../wording.ts';
import { composePagerduty } from './composePagerduty.ts';

const PAGERDUTY = 'https://events.pagerduty.com/v2/enqueue';
const AT_ONCE_MAX = 5;
/** One attempt at a message of many alerts ends here; the next goes on where it stopped. Within what `senders.ts` allows. */
const ATTEMPT_MS = 8_000;
const EVENT_MS = 5_000;
/** Messages of which a part has arrived; more would be messages of a receiver that has been ill for long. */
const BEGUN_MAX = 1_000;

const RefusalSchema = z.object({ message: z.string().optional(), errors: z.array(z.string()).optional() });

/**
 * PagerDuty takes an event for each alert and some two a second for long, so a message of hundreds does not fit into one attempt. What
 * has arrived is remembered until all have, so that each attempt goes on; after a restart all are sent again, and PagerDuty
 * tells the repeats by their dedup_key.
 */
export function createPagerdutySender(outbound: Outbound, nowMs: () => number = Date.now): Sender<'pagerduty'> {
  const begun = new Map<string, Set<string>>();

  return async ({ routing_key: routingKey, url }, message, links) => {
    const isOwn = url == null;
    const post = (alert: MessageAlert) =>
      sendJson(outbound, {
        url: isOwn ? PAGERDUTY : enqueueUrl(url),
        body: JSON.stringify(composePagerduty(routingKey, message, alert, links)),
        timeoutMs: EVENT_MS,
        // What another server says may be anything.
        ...(isOwn ? { explain } : {}),
      });
    const key = messageKey(routingKey, message);
    const arrived = begun.get(key) ?? new Set();
    // The end of a test comes after its beginning.
    const atOnce = message.reason === 'test' ? 1 : AT_ONCE_MAX;
    const failure = await sendAll(eventsOf(message), { arrived, post, atOnce, nowMs });
    begun.delete(key);
    if (failure === undefined) return { ok: true };
    if (arrived.size > 0) {
      begun.set(key, arrived);
      const [oldest] = begun.keys();
      if (begun.size > BEGUN_MAX && oldest !== undefined) begun.delete(oldest);
    }
    return failure;
  };
}

/** A test leaves no incident behind. */
function eventsOf({ alerts, reason }: AlertMessage): MessageAlert[] {
  const ordered = byGravity(alerts);
  return reason === 'test' ? ordered.flatMap((alert) => [alert, { ...alert, status: 'resolved' as const }]) : ordered;
}

/** Answers why it stopped; undefined: all have arrived. What has arrived is added to `arrived`. */
async function sendAll(
  events: readonly MessageAlert[],
  { arrived, post, atOnce, nowMs }: { arrived: Set<string>; post: (alert: MessageAlert) => Promise<SendResult>; atOnce: number; nowMs: () => number },
): Promise<Exclude<SendResult, { ok: true }> | undefined> {
  const untilMs = nowMs() + ATTEMPT_MS - EVENT_MS;
  const waiting = events.filter((event) => !arrived.has(eventKey(event)));
  for (let at = 0; at < waiting.length; ) {
    if (nowMs() > untilMs && at > 0) {
      return { ok: false, error: `${arrived.size} of ${events.length} events have arrived; the others follow.`, retryAfterSeconds: 1 };
    }
    const batch = waiting.slice(at, at + atOnce);
    const results = await Promise.all(batch.map(post));
    for (const [index, result] of results.entries()) {
      const event = batch[index];
      if (result.ok && event !== undefined) arrived.add(eventKey(event));
    }
    const failure = results.find((result) => !result.ok);
    if (failure !== undefined && !failure.ok) return failure;
    at += atOnce;
  }
  return undefined;
}

const eventKey = ({ fingerprint, status }: MessageAlert): string => `${status} ${fingerprint}`;

/** The routing key is a secret and stays out of it. */
const messageKey = (routingKey: string, { groupKey, at, reason }: AlertMessage): string =>
  createHash('sha256')
    .update(JSON.stringify([routingKey, groupKey, at, reason]))
    .digest('hex');

/** An address without a path is one of a server whose path is PagerDuty's. */
function enqueueUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  return parsed.pathname === '/' ? new URL('/v2/enqueue', parsed).href : url;
}

function explain(answer: OutboundAnswer): string | undefined {
  const refusal = RefusalSchema.safeParse(answeredJson(answer)).data;
  const words = refusal?.errors?.length ? refusal.errors.join('; ') : refusal?.message;
  return words === undefined ? undefined : cut(oneLine(words), 300);
}
