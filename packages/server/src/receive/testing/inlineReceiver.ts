import { type Frame, readFrames } from '../../journal/frame.ts';
import type { CanonicalSpan } from '../../normalise/canonicalSpan.ts';
import type { SpanCost } from '../../telemetry/storedSpan.ts';
import { UndecodableBody } from '../decoded.ts';
import { BodyTooLarge } from '../inflate.ts';
import { createPipelines } from '../pipelines.ts';
import { requestFrame } from '../requestFrame.ts';
import type { Receiver } from '../receiver.ts';
import { noPolicies, type PoliciesOf } from '../requestPolicies.ts';

const PRICELESS: SpanCost = { costPicoUsd: null, costSource: null, priceId: null };

/** The real pipelines without worker and journal: what would have been journalled is kept in `frames`. Prices nothing unless it is told how. */
export function createInlineReceiver(
  price: (span: CanonicalSpan) => SpanCost = () => PRICELESS,
  policiesOf: PoliciesOf = noPolicies,
): Receiver & { frames: Frame[] } {
  const pipelines = createPipelines(price, policiesOf);
  const frames: Frame[] = [];
  return {
    frames,
    receive: async (request) => {
      try {
        const processed = pipelines[request.signal](request);
        const { committed, accepted, rejected, rejectedWhy, items, summary } = processed;
        const frame = requestFrame(request, processed);
        if (frame !== undefined) frames.push(...readFrames(frame).frames);
        committed();
        return {
          ok: true,
          accepted,
          rejected,
          rejectedWhy,
          ...(items === undefined ? {} : { items }),
          ...(summary === undefined ? {} : { summary }),
        };
      } catch (error) {
        if (error instanceof UndecodableBody) return { ok: false, reason: 'undecodable', message: error.message };
        if (error instanceof BodyTooLarge) return { ok: false, reason: 'too-large', message: error.message };
        throw error;
      }
    },
    setPolicies: () => undefined,
    setPrices: () => undefined,
    forget: () => undefined,
    flush: async () => undefined,
    isRunning: () => true,
    close: () => Promise.resolve(),
  };
}
