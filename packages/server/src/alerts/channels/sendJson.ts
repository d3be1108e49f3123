import type { OutboundAnswer, OutboundClient, OutboundRequest } from '../../outbound/outboundClient.ts';
import { failureOfStatus, type OutboundFailure } from '../../outbound/outboundFailure.ts';
import type { SendResult } from './sender.ts';

export type Outbound = Pick<OutboundClient, 'send'>;

/** Of a receiver that answers, the status matters and at most a line of why. */
const ANSWER_BYTES_MAX = 16_384;

export interface JsonPost {
  url: string;
  /** As it is sent. */
  body: string;
  headers?: Record<string, string>;
  timeoutMs?: number;
  /**
   * What a refusal means, from its answer, for receivers whose answers may be shown. Never for addresses that people
   * entered: what stands there could be anything inside the network.
   */
  explain?: (answer: OutboundAnswer) => string | undefined;
  /** For receivers that tell in the body how long to wait. */
  waitSeconds?: (answer: OutboundAnswer) => number | undefined;
}

/** Posts JSON; 2xx is arrived. Never throws. */
export async function sendJson(outbound: Outbound, post: JsonPost): Promise<SendResult> {
  const { url, body, headers, timeoutMs, explain, waitSeconds } = post;
  const request: OutboundRequest = {
    url,
    body,
    headers: { ...headers, 'content-type': 'application/json' },
    excess: 'cut',
    limits: { bodyBytesMax: ANSWER_BYTES_MAX, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
  };
  const sent = await outbound.send(request);
  if (!sent.ok) return failed(sent.error);
  const failure = failureOfStatus(sent.value);
  if (failure === undefined) return { ok: true };
  const why = explain?.(sent.value);
  const wait = failure.retryAfterSeconds ?? waitSeconds?.(sent.value);
  return failed({
    ...failure,
    message: why === undefined ? failure.message : `${failure.message.replace(/\.$/, '')}: ${why}`,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  });
}

function failed({ message, retryAfterSeconds }: Pick<OutboundFailure, 'message' | 'retryAfterSeconds'>): SendResult {
  return { ok: false, error: message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

/** The answer as JSON; undefined when it is none, or was cut. */
export function answeredJson({ body, bodyIsCut }: OutboundAnswer): unknown {
  if (bodyIsCut) return undefined;
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
