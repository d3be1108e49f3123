#!/usr/bin/env node
/**
 * The program: builds the parts in order, starts them, waits for a signal, stops them in reverse. Read it, and
 * `program/` behind it, as the table of contents of ARCHITECTURE.md.
 */
import { readFileSync } from 'node:fs';
import { findCommand } from './cli/command.ts';
import { ConfigError, readConfig } from './config.ts';
import { DataDirInUseError } from './control/dataDirLock.ts';
import { greeting, printedAddress } from './greeting.ts';
import { CannotListen } from './listen.ts';
import { createLog } from './log.ts';
import type { ProgramContext } from './program/context.ts';
import { createDoors, openDoors } from './program/doors.ts';
import { openPlanes } from './program/openPlanes.ts';
import { openTenancy } from './program/openTenancy.ts';
import { registerRoutes } from './program/routes.ts';
import { startIngest } from './program/startIngest.ts';
import { startSchedules } from './program/startSchedules.ts';
import { type Stops, stopAll, withinMs } from './program/stops.ts';
import { createOwnLogLines } from './selfTelemetry/ownLogLines.ts';

/** SIGTERM to exit within 30 s: an engine that does not answer must not keep the program. What it had acknowledged is on disk. */
const STOP_MS = 28_000;

async function start(context: ProgramContext): Promise<void> {
  const { config } = context;
  const planes = await openPlanes(context);
  const tenancy = await openTenancy(context, planes);
  const ingest = await startIngest(context, planes, tenancy);
  const schedules = await startSchedules(context, planes, tenancy, ingest);
  const doors = createDoors(context, planes, tenancy, ingest);
  registerRoutes(context, planes, tenancy, ingest, schedules, doors);
  const port = await openDoors(context, doors);

  const { signIn, ownerId, ownerHasPassword } = tenancy;
  const signInPath = config.auth === 'local' || !ownerHasPassword ? await signIn.createSignInLink(ownerId) : undefined;
  process.stdout.write(`${greeting(config, printedAddress(config.host, port), signInPath)}\n`);
}

async function run(): Promise<void> {
  const stops: Stops = [];
  let log = createLog('info');
  try {
    const config = readConfig(process.argv.slice(2), process.env);
    const ownLogLines = config.selfTelemetry === undefined ? undefined : createOwnLogLines();
    log = createLog(config.logLevel, ownLogLines);
    const stopping = nextSignal();
    const warn = (message: string, error: unknown) => log.warn({ err: error }, message);
    const nowNs = () => BigInt(Date.now()) * 1_000_000n;
    await start({ config, version: programVersion(), log, ownLogLines, stops, nowMs: Date.now, nowNs, warn });
    log.info({ signal: await stopping }, 'stopping');
    await withinMs(STOP_MS, stopAll(stops, log));
    process.exit(0);
  } catch (error) {
    await withinMs(STOP_MS, stopAll(stops, log));
    if (error instanceof ConfigError || error instanceof DataDirInUseError || error instanceof CannotListen)
      process.stderr.write(`${error.message}\n`);
    else log.fatal({ err: error }, 'Sightglass could not start');
    process.exit(1);
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
}

function programVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

const command = findCommand(process.argv.slice(2));
if (command === undefined) await run();
else {
  const print = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);
  process.exitCode = await command.run({ environment: process.env, out: print(process.stdout), err: print(process.stderr) });
}
