import { createHash, createHmac } from 'node:crypto';
import type { AlertMessage } from '../../alertMessage.ts';
import type { Sender } from '../sender.ts';
import { type Outbound, sendJson } from '../sendJson.ts';
import { composeWebhook } from './composeWebhook.ts';

/** By which a receiver knows that the body came from here, as `sha256=<hex>` of its bytes. */
const SIGNATURE_HEADER = 'X-Sightglass-Signature';
/** The same for every attempt at one message: by it a receiver tells a repeat. */
const DELIVERY_HEADER = 'X-Sightglass-Delivery';

export const createWebhookSender =
  (outbound: Outbound): Sender<'webhook'> =>
  ({ url, secret }, message, links) => {
    const body = JSON.stringify(composeWebhook(message, links));
    const signed = secret == null ? {} : { [SIGNATURE_HEADER]: signatureOf(body, secret) };
    return sendJson(outbound, { url, body, headers: { [DELIVERY_HEADER]: deliveryOf(message), ...signed } });
  };

export const signatureOf = (body: string, secret: string): string => `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;

function deliveryOf({ workspace, groupKey, at, reason, alerts }: AlertMessage): string {
  const parts = [workspace.id, groupKey, at, reason, ...alerts.map(({ fingerprint, status }) => `${fingerprint} ${status}`)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
