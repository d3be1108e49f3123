/**
 * The load client, a process of its own that outlives the program: sends requests of every signal from several senders
 * and, like an exporter, sends again what was not answered or was refused for now. Speaks with its parent by messages.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Batch, createBatchMaker } from './batch.ts';
import type { FromLoad, ToLoad } from './loadMessages.ts';
import { openWitness } from './witnessFile.ts';

const [witnessPath = '', key = ''] = process.argv.slice(2);
const witness = openWitness(witnessPath);
const say = (message: FromLoad) => process.send?.(message);
/** An exporter waits before it sends again what was refused; so much that a refusing program is not flooded. */
const PAUSE_AFTER_REFUSAL_MS = 50;
/** Of what was not acknowledged a part is never sent again: of it all is stored, or nothing. */
const SENT_AGAIN_PERCENT = 70;

let notAcknowledged: Batch[] = [];
let finishing = false;
const isFinishing = () => finishing;

async function send(address: string, { id, round, signal, items, path, contentType, body }: Batch): Promise<number> {
  witness.sent({ id, round, signal, items });
  const headers = { authorization: `Bearer ${key}`, 'content-type': contentType };
  const init = { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> };
  const status = await statusOf(fetch(address + path, init)).catch(() => 0);
  witness.answered(id, status);
  return status;
}

/** An answer that is cut off is none. */
async function statusOf(request: Promise<Response>): Promise<number> {
  const answer = await request;
  await answer.arrayBuffer();
  return answer.status;
}

/** Sends until the program is gone or enough is sent. */
async function sendOn(address: string, again: Batch[], next: () => Batch): Promise<void> {
  while (!isFinishing()) {
    const batch = again.pop() ?? next();
    const status = await send(address, batch);
    say({ type: 'answered', status });
    if (status === 200) continue;
    notAcknowledged.push(batch);
    if (status === 0) return;
    await delay(PAUSE_AFTER_REFUSAL_MS);
  }
}

async function runRound({ address, round, senders }: Extract<ToLoad, { type: 'begin' }>): Promise<void> {
  const again = notAcknowledged.filter(() => randomInt(100) < SENT_AGAIN_PERCENT);
  notAcknowledged = [];
  finishing = false;
  const next = createBatchMaker(round);
  await Promise.all(Array.from({ length: senders }, () => sendOn(address, again, next)));
  notAcknowledged.push(...again);
  say({ type: 'ended' });
}

process.on('message', (message: ToLoad) => {
  if (message.type === 'finish') finishing = true;
  else void runRound(message);
});
process.once('disconnect', () => process.exit(0));
say({ type: 'ready' });
