/**
 * The links in messages by which somebody without a session may acknowledge one alert. Nothing of them is stored: a link is the names of
 * what it opens with an HMAC-SHA256 (RFC 2104) under a key that is derived from the instance's secret for this alone. Guessing one means
 * guessing 256 bits, so attempts need no throttle; one that is out opens one alert for `LINK_MS`, and acknowledging works once.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { z } from 'zod';

/** How long a link in a message holds. */
export const LINK_MS = 7 * 86_400_000;
/** As long as a channel's name may be: a token has to fit into `tokenCharsMax` of the route. */
const NAME_CHARS_MAX = 80;

const LinkSchema = z.tuple([z.string(), z.string(), z.string(), z.number().int()]);

export interface AlertLink {
  workspaceId: WorkspaceId;
  alertId: string;
  /** What the channel was called that the link was sent to. */
  channelName: string;
}

export interface AlertLinks {
  /** Of at most 480 characters, which need no encoding in a URL. `expiresMs` is Unix milliseconds. */
  tokenOf(workspaceId: string, alertId: string, channelName: string, expiresMs: number): string;
  /** Undefined for what is not from here, was changed, or is too old. */
  read(token: string, nowMs: number): AlertLink | undefined;
}

export function createAlertLinks(secret: string): AlertLinks {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'sightglass/alert-links', 32));
  const macOf = (content: string) => createHmac('sha256', key).update(content).digest();
  return {
    tokenOf: (workspaceId, alertId, channelName, expiresMs) => {
      const link = [workspaceId, alertId, channelName.slice(0, NAME_CHARS_MAX), expiresMs];
      const content = Buffer.from(JSON.stringify(link)).toString('base64url');
      return `${content}.${macOf(content).toString('base64url')}`;
    },
    read: (token, nowMs) => {
      const [content = '', mac = '', ...more] = token.split('.');
      const sent = Buffer.from(mac, 'base64url');
      const expected = macOf(content);
      if (more.length > 0 || sent.length !== expected.length || !timingSafeEqual(sent, expected)) return undefined;
      // From here on it is known to be ours.
      const [workspaceId, alertId, channelName, expiresMs] = LinkSchema.parse(JSON.parse(Buffer.from(content, 'base64url').toString()));
      return expiresMs > nowMs ? { workspaceId: workspaceId as WorkspaceId, alertId, channelName } : undefined;
    },
  };
}
