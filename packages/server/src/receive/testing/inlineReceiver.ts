import { type Frame, readFrames } from '../../journal/frame.ts';
import { UndecodableBody } from '../decoded.ts';
import { BodyTooLarge } from '../inflate.ts';
import { createPipelines } from '../pipelines.ts';
import type { Receiver } from '../receiver.ts';

/** The real pipelines without worker and journal: what would have been journalled is kept in `frames`. Prices nothing. */
export function createInlineReceiver(): Receiver & { frames: Frame[] } {
  const pipelines = createPipelines(() => ({ costPicoUsd: null, costSource: null, priceId: null }));
  const frames: Frame[] = [];
  return {
    frames,
    receive: async (request) => {
      try {
        const { frame, committed, accepted, rejected, rejectedWhy } = pipelines[request.signal](request);
        if (frame !== undefined) frames.push(...readFrames(frame).frames);
        committed();
        return { ok: true, accepted, rejected, rejectedWhy };
      } catch (error) {
        if (error instanceof UndecodableBody) return { ok: false, reason: 'undecodable', message: error.message };
        if (error instanceof BodyTooLarge) return { ok: false, reason: 'too-large', message: error.message };
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}
