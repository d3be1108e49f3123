/** A byte of the journal that flips on the disk between a crash and the next start, which crashes, too, over the damage. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sealedSegments } from '../../src/journal/journal.ts';
import { createClient, everythingSettled } from './apiClient.ts';
import { HEADLESS, OWNER, START_MS_MAX, startProgram } from './startProgram.ts';
import { judge, NOTHING_WRONG } from './witness/judge.ts';
import { startLoad, storedItems } from './witness/load.ts';

const ROUND = 'damaged';
/** Far enough behind the header of the first frame to lie in its rows, and in no frame but the first. */
const FLIPPED_AT = 400;

test('costs the request that it belonged to, which is kept with the reason, and no other', { timeout: 4 * START_MS_MAX }, async () => {
  const env = { ...HEADLESS, SIGHTGLASS_LOG_LEVEL: 'silent' };
  const load = await startLoad();
  const first = await startProgram({ env: { ...env, SIGHTGLASS_FAULT: 'store.inserting:1' } });
  await load.run(first.address, ROUND);
  await first.ended;
  load.close();

  const { dataDir } = first;
  const [segment] = await sealedSegments(join(dataDir, 'journal'));
  const bytes = readFileSync(segment as string);
  bytes[FLIPPED_AT] = (bytes[FLIPPED_AT] as number) ^ 0x04;
  writeFileSync(segment as string, bytes);
  await expect(startProgram({ dataDir, env: { ...env, SIGHTGLASS_FAULT: 'quarantine.half:1' } })).rejects.toThrow('ended with null');
  expect(readdirSync(join(dataDir, 'quarantine'))).toHaveLength(1);

  const program = await startProgram({ dataDir, env });
  const client = createClient(program, OWNER.key);
  await everythingSettled(client);
  const batches = load.witness();
  const { lost, ...others } = judge(batches, await storedItems(client, ROUND));
  const { lost: _, ...nothing } = NOTHING_WRONG;
  expect(others).toEqual(nothing);
  const missing = batches.filter(({ items }) => items.some((item) => lost.includes(item)));
  expect(missing).toHaveLength(1);
  expect(new Set(lost)).toEqual(new Set(missing[0]?.items));

  const files = readdirSync(join(dataDir, 'quarantine')).sort();
  expect(files.map((name) => name.replace(/^[^.]+/, 'segment'))).toEqual(['segment.damaged-0.frame', 'segment.damaged-0.json']);
  const note = JSON.parse(readFileSync(join(dataDir, 'quarantine', files[1] as string), 'utf8')) as { reason: string };
  expect(note.reason).toBe('the checksum does not match');
  await program.stop();
});
