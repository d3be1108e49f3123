import type { MessageAlert } from '../alertMessage.ts';
import { byGravity } from './wording.ts';

export interface Fitted<Body> {
  body: Body;
  /** How many alerts stand in it. */
  shown: number;
}

/**
 * The body with as many alerts as its receiver takes: at most `alertsMax`, and fewer until `fits`. The gravest stay. One alert is always
 * there, so composers bound the texts of a single one.
 */
export function fitAlerts<Body>(
  alerts: readonly MessageAlert[],
  alertsMax: number,
  compose: (shown: readonly MessageAlert[], leftOut: number) => Body,
  fits: (body: Body) => boolean,
): Fitted<Body> {
  const ordered = byGravity(alerts);
  let shown = Math.min(ordered.length, alertsMax);
  for (;;) {
    const body = compose(ordered.slice(0, shown), ordered.length - shown);
    if (shown <= 1 || fits(body)) return { body, shown };
    // Halving keeps a message of hundreds from being written hundreds of times.
    shown = shown > 20 ? Math.floor(shown / 2) : shown - 1;
  }
}

/** Of the body as it is sent. */
export const jsonBytes = (body: unknown): number => Buffer.byteLength(JSON.stringify(body));
