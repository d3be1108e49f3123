/** The receive worker: decodes, enriches and journals requests beside the program's own thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { bundledPriceIndex } from '../cost/bundledPrices.ts';
import { createPriceBook, indexPrices, type PriceBook } from '../cost/priceBook.ts';
import { priceSpan } from '../cost/priceSpan.ts';
import { reach } from '../journal/faultPoints.ts';
import { openJournal, sealedSegmentSizes } from '../journal/journal.ts';
import { UndecodableBody } from './decoded.ts';
import { BodyTooLarge } from './inflate.ts';
import type { Processed, TelemetryRequest } from './pipeline.ts';
import type { FromWorker, ReceiveOutcome, ReceiveWorkerOptions, ToWorker } from './receiveMessages.ts';
import { createPipelines } from './pipelines.ts';
import { createRepeatedRequests } from './repeatedRequests.ts';
import { requestFrame } from './requestFrame.ts';
import { warmUp } from './warmUp.ts';
import { ContentLocked } from '../encryption/contentLocked.ts';
import { createPolicyBook, noPolicies, type RequestPolicies } from './requestPolicies.ts';

if (parentPort === null) throw new Error('receiveWorker runs in a worker thread only');
const port = parentPort;
const say = (message: FromWorker) => port.postMessage(message);
const { journalDirectory } = workerData as ReceiveWorkerOptions;

const bundled = bundledPriceIndex();
const bundledBook = createPriceBook(bundled);
/** Of workspaces that have set prices. */
const books = new Map<string, PriceBook>();
const policies = createPolicyBook();
const repeated = createRepeatedRequests();
/** Those of the request in hand: pipelines do not pause. */
let inHand: RequestPolicies = noPolicies('');
let bookInHand = bundledBook;
const newPipelines = () =>
  createPipelines(
    (span) => priceSpan(span, bookInHand),
    () => inHand,
  );
let pipelines = newPipelines();
const journal = await openJournal({
  directory: journalDirectory,
  onSealed: (segment) => say({ type: 'sealed', ...segment }),
  onFault: (error) => say({ type: 'fault', message: `a journal segment cannot be sealed: ${stackOf(error)}` }),
});

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function take(request: TelemetryRequest): Promise<ReceiveOutcome> {
  let processed: Processed;
  try {
    inHand = policies.forRequest(request.workspaceId);
    bookInHand = books.get(request.workspaceId) ?? bundledBook;
  } catch (error) {
    if (error instanceof ContentLocked) return { ok: false, reason: 'unavailable', message: error.message };
    throw error;
  }
  const { redaction } = inHand;
  // Messages of errors may quote what they stumbled over.
  const told = (text: string) => redaction?.text(text) ?? text;
  const fingerprint = repeated.fingerprintOf(request);
  const known = fingerprint === undefined ? undefined : repeated.find(fingerprint);
  try {
    processed = known ?? pipelines[request.signal](request);
  } catch (error) {
    if (error instanceof UndecodableBody) return { ok: false, reason: 'undecodable', message: told(error.message) };
    if (error instanceof BodyTooLarge) return { ok: false, reason: 'too-large', message: error.message };
    say({ type: 'fault', message: `a request failed: ${told(stackOf(error))}` });
    return { ok: false, reason: 'unavailable', message: 'the request could not be processed' };
  }
  for (const error of processed.faults)
    say({ type: 'fault', message: `an item of ${request.signal} could not be processed: ${told(stackOf(error))}` });
  const withheld = redaction?.withheld() ?? 0;
  if (withheld > 0) say({ type: 'fault', message: `${withheld} texts of ${request.workspaceId} were withheld: its masking patterns take too long` });
  const { committed, accepted, duplicates = 0, rejected, items, summary, live = [] } = processed;
  const rejectedWhy = told(processed.rejectedWhy);
  const frame = requestFrame(request, { ...processed, rejectedWhy });
  if (frame !== undefined) {
    try {
      await journal.append(frame);
    } catch (error) {
      say({ type: 'fault', message: `the journal refused a frame: ${stackOf(error)}` });
      return { ok: false, reason: 'unavailable', message: 'the journal cannot be written' };
    }
    committed();
    if (fingerprint !== undefined && known === undefined) repeated.remember(fingerprint, processed);
  }
  if (live.length > 0) say({ type: 'live', news: { workspaceId: request.workspaceId, atMs: request.receivedAtMs, spans: live } });
  return {
    ok: true,
    accepted: accepted + (known === undefined ? 0 : duplicates),
    rejected,
    rejectedWhy,
    ...(items === undefined ? {} : { items }),
    ...(summary === undefined ? {} : { summary }),
  };
}

let open = 0;
/** Until the first request comes. */
let isWarming = true;
let closing = false;

async function finishWhenIdle(): Promise<void> {
  if (!closing || open > 0) return;
  await journal.close();
  say({ type: 'closed' });
  port.close();
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'policies') {
    policies.set(message.policies);
    return;
  }
  if (message.type === 'prices') {
    for (const [workspaceId, prices] of message.prices) books.set(workspaceId, createPriceBook(indexPrices(prices), bundled));
    return;
  }
  if (message.type === 'forget') {
    for (const workspaceId of message.workspaceIds) {
      policies.set([[workspaceId, { redaction: null, encryption: null }]]);
      books.delete(workspaceId);
      repeated.forget(workspaceId);
    }
    // What they remember of other workspaces only saves space, and is soon there again.
    pipelines = newPipelines();
    return;
  }
  if (message.type === 'flush') {
    void journal
      .seal()
      .catch((error: unknown) => say({ type: 'fault', message: `a journal segment cannot be sealed: ${stackOf(error)}` }))
      .then(() => say({ type: 'flushed', id: message.id }));
    return;
  }
  if (message.type === 'close') {
    closing = true;
    void finishWhenIdle();
    return;
  }
  open += 1;
  isWarming = false;
  take(message.request)
    .catch((error: unknown): ReceiveOutcome => {
      say({ type: 'fault', message: `a request failed: ${stackOf(error)}` });
      return { ok: false, reason: 'unavailable', message: 'the request could not be processed' };
    })
    .then((outcome) => {
      open -= 1;
      say({ type: 'outcome', id: message.id, outcome });
      reach('receive.answered');
      return finishWhenIdle();
    })
    .catch((error: unknown) => say({ type: 'fault', message: stackOf(error) }));
});
say({ type: 'ready', segments: await sealedSegmentSizes(journalDirectory) });
warmUp(pipelines.traces, Date.now(), () => isWarming && !closing).catch((error: unknown) => say({ type: 'fault', message: stackOf(error) }));
