import { z } from 'zod';
import type { OutboundAnswer } from '../../../outbound/outboundClient.ts';
import type { Sender } from '../sender.ts';
import { answeredJson, type Outbound, sendJson } from '../sendJson.ts';
import { cut, oneLine } from '../wording.ts';
import { composeTelegram } from './composeTelegram.ts';

const TELEGRAM = 'https://api.telegram.org';
/** It becomes part of an address, so it may hold nothing that would lead elsewhere. */
export const TELEGRAM_TOKEN = /^[A-Za-z0-9:_-]+$/;

/** https://core.telegram.org/bots/api#making-requests */
const RefusalSchema = z.object({
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().int().positive().max(86_400).optional() }).optional(),
});
const refusalOf = (answer: OutboundAnswer) => RefusalSchema.safeParse(answeredJson(answer)).data;

export const createTelegramSender =
  (outbound: Outbound): Sender<'telegram'> =>
  async ({ token, chat_id: chatId, url }, message, links) => {
    if (!TELEGRAM_TOKEN.test(token)) return { ok: false, error: 'The token is not one of a bot.' };
    const body = JSON.stringify(composeTelegram(chatId, message, links));
    const base = (url ?? TELEGRAM).replace(/\/+$/, '');
    return sendJson(outbound, {
      url: `${base}/bot${token}/sendMessage`,
      body,
      // What another server says may be anything.
      ...(url == null ? { explain: (answer) => withoutToken(refusalOf(answer)?.description, token) } : {}),
      waitSeconds: (answer) => refusalOf(answer)?.parameters?.retry_after,
    });
  };

const withoutToken = (description: string | undefined, token: string): string | undefined =>
  description === undefined ? undefined : cut(oneLine(description.replaceAll(token, '…')), 200);
