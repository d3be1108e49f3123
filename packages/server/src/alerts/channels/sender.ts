/** What every kind of channel has: a sender that turns a message into the words and shape of its receiver, and takes it there. */
import type { ChannelConfigs, ChannelKind } from '@sightglass/contract/alertChannel';
import type { AlertMessage } from '../alertMessage.ts';

/** Absolute addresses of pages; what is no http(s) address is left out of messages. */
export interface MessageLinks {
  alert(alertId: string): string;
  acknowledge(alertId: string): string;
  /** The list of alerts. */
  alerts(): string;
}

export type SendResult =
  | { ok: true }
  | {
      ok: false;
      /** For people: what happened and what helps. No secrets, and of private addresses no more than that they may not be reached. */
      error: string;
      /** What the receiver asked for, when it did. */
      retryAfterSeconds?: number;
    };

/** May throw what is a bug; `senders.ts` answers for that, and for the time that it takes. */
export type Sender<K extends ChannelKind> = (config: ChannelConfigs[K], message: AlertMessage, links: MessageLinks) => Promise<SendResult>;
