import { createBaseAddress } from '../../baseAddress.ts';
import { createMailer } from '../../mail/mailer.ts';
import { createOutboundClient } from '../../outbound/outboundClient.ts';

const silent = { info: () => undefined, warn: () => undefined };

/** A program without a mail server, an address and private targets that it may call. */
export const unconnected = (auth: 'local' | 'required') => ({
  mailer: createMailer({ smtp: undefined, auth }, silent),
  outbound: createOutboundClient({ allow: [] }),
  baseAddressOf: createBaseAddress({ publicUrl: undefined, auth }),
});
