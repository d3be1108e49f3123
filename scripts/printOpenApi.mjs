// Writes openapi.json: the OpenAPI document as the built program prints it. Run it after routes changed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale, checkNode, installIfMissing, ROOT } from './setUp.mjs';

checkNode();
installIfMissing();
buildIfStale();

const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-openapi-'));
const main = join(ROOT, 'packages/server/dist/main.js');
const program = spawn(process.execPath, [main, '--port', '0', '--grpc-port', '0', '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(program, 'exit');
try {
  const answer = await fetch(`${await Promise.race([printedAddress(), ended.then(endedEarly)])}/api/obs/openapi.json`);
  writeFileSync(join(ROOT, 'openapi.json'), `${JSON.stringify(await answer.json(), null, 2)}\n`);
} finally {
  program.kill();
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
}

async function printedAddress() {
  let text = '';
  for await (const chunk of program.stdout) {
    text += chunk;
    const address = /ready at (http:\S+)\n/.exec(text)?.[1];
    if (address !== undefined) return address;
  }
  return endedEarly();
}

function endedEarly() {
  throw new Error('the program ended before it was ready');
}
