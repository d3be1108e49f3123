/** The one way from a message to its receiver, whatever kind of channel it is. */
import type { ChannelTarget } from '@sightglass/contract/alertChannel';
import type { Mailer } from '../../mail/mailer.ts';
import type { AlertMessage } from '../alertMessage.ts';
import { createDiscordSender } from './discord/sendDiscord.ts';
import { createEmailSender } from './email/sendEmail.ts';
import { createPagerdutySender } from './pagerduty/sendPagerduty.ts';
import type { MessageLinks, SendResult } from './sender.ts';
import type { Outbound } from './sendJson.ts';
import { createSlackSender } from './slack/sendSlack.ts';
import { createTeamsSender } from './teams/sendTeams.ts';
import { createTelegramSender } from './telegram/sendTelegram.ts';
import { createWebhookSender } from './webhook/sendWebhook.ts';

/** Whatever a receiver does, its turn is over after this time. */
const SEND_MS_MAX = 10_000;

export interface Senders {
  /** One attempt. Never throws, and takes 10 s at most. */
  send(target: ChannelTarget, message: AlertMessage, links: MessageLinks): Promise<SendResult>;
}

export function createSenders(options: {
  outbound: Outbound;
  mailer: Pick<Mailer, 'send'>;
  /** Told of bugs: a sender that threw. */
  warn?: (message: string, error: unknown) => void;
  sendMsMax?: number;
}): Senders {
  const { outbound, mailer, warn, sendMsMax = SEND_MS_MAX } = options;
  const senders = {
    slack: createSlackSender(outbound),
    webhook: createWebhookSender(outbound),
    email: createEmailSender(mailer),
    pagerduty: createPagerdutySender(outbound),
    discord: createDiscordSender(outbound),
    teams: createTeamsSender(outbound),
    telegram: createTelegramSender(outbound),
  };

  function attempt(target: ChannelTarget, message: AlertMessage, links: MessageLinks): Promise<SendResult> {
    switch (target.kind) {
      case 'slack':
        return senders.slack(target.config, message, links);
      case 'webhook':
        return senders.webhook(target.config, message, links);
      case 'email':
        return senders.email(target.config, message, links);
      case 'pagerduty':
        return senders.pagerduty(target.config, message, links);
      case 'discord':
        return senders.discord(target.config, message, links);
      case 'teams':
        return senders.teams(target.config, message, links);
      case 'telegram':
        return senders.telegram(target.config, message, links);
    }
  }

  return {
    send: async (target, message, links) => {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<SendResult>((resolve) => {
        timer = setTimeout(() => resolve({ ok: false, error: 'The receiver did not answer in time.' }), sendMsMax);
      });
      try {
        return await Promise.race([attempt(target, message, links), tooLate]);
      } catch (error) {
        warn?.(`a message for ${target.kind} could not be written`, error);
        return { ok: false, error: 'The message could not be written; the log of the server has more.' };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
