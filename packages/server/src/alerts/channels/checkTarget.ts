import type { ChannelTarget } from '@sightglass/contract/alertChannel';
import { parseMailbox } from '../../mail/mailbox.ts';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import { fail, ok, type Result } from '../../result.ts';
import { TELEGRAM_TOKEN } from './telegram/sendTelegram.ts';

const refused = (pointer: string, message: string) => fail('invalid-request', message, [{ pointer, message }]);

/** Whether something may be sent there, at save: the target with its address in its plain form. The network is asked, so not within a transaction. */
export async function checkTarget<T extends ChannelTarget>(target: T, outbound: Pick<OutboundClient, 'checkUrl'>): Promise<Result<T>> {
  if (target.kind === 'email') {
    const wrong = target.config.to.findIndex((address) => parseMailbox(address)?.address !== address);
    return wrong === -1 ? ok(target) : refused(`/config/to/${wrong}`, 'must be an e-mail address');
  }
  if (target.kind === 'telegram' && !TELEGRAM_TOKEN.test(target.config.token)) {
    return refused('/config/token', 'must be the token of a bot: digits, a colon, and letters, digits, _ and -');
  }
  const { url } = target.config;
  if (url == null) return ok(target);
  const checked = await outbound.checkUrl(url, '/config/url');
  return checked.ok ? ok({ ...target, config: { ...target.config, url: checked.value } }) : checked;
}
