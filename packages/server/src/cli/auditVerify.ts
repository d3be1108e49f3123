/** `sightglass audit verify`: whether the audit logs of a stopped instance, or of a database, are whole and unchanged. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { AUDIT_FAULTS, HEAD_CODE_PATTERN } from '@sightglass/contract/auditFaults';
import type { AuditVerification } from '@sightglass/contract/routes/audit';
import { asc, eq } from 'drizzle-orm';
import { auditLogOf } from '../audit/auditLog.ts';
import { INSTANCE_CHAIN } from '../audit/auditChain.ts';
import { verifyLog } from '../audit/verifyLog.ts';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { connectControl, type ControlConnection } from '../control/connect.ts';
import { DataDirInUseError, lockDataDir } from '../control/dataDirLock.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { instanceSecret } from '../secret.ts';
import type { Command, Terminal } from './command.ts';

const USAGE = `Usage: sightglass audit verify [flags]

Verifies the audit log of every workspace and of the instance. The program must be stopped, unless DATABASE_URL is set.

  --data-dir    where everything is kept (default ./data); environment SIGHTGLASS_DATA_DIR
  --workspace   only the log of the workspace with this slug
  --instance    only the log of the instance itself
  --noted       a head code of earlier, to see whether that one log still leads on from it
  --json        print JSON
  --help        print this

Ends with 0 when every log holds, 1 when one does not, 2 when it could not be verified.`;

/** Why nothing was verified, in words for the operator. */
class NotVerified extends Error {}

interface Flags {
  dataDir: string | undefined;
  workspace: string | undefined;
  instance: boolean;
  noted: string | undefined;
  json: boolean;
  help: boolean;
}

/** The log of the workspace with this slug; null: of the instance. */
type VerifiedLog = { workspace: string | null } & AuditVerification;

export const auditVerify: Command = {
  words: ['audit', 'verify'],
  usage: USAGE,
  run: async (args, terminal) => {
    try {
      const flags = readFlags(args);
      if (flags.help) {
        terminal.out(USAGE);
        return 0;
      }
      const config = readConfig(flags.dataDir === undefined ? [] : ['--data-dir', flags.dataDir], terminal.environment);
      const logs = await withControl(config, (control) => verifyLogs(control, flags));
      const holds = logs.every((log) => log.ok);
      print(logs, holds, flags.json, terminal);
      return holds ? 0 : 1;
    } catch (error) {
      terminal.err(reasonOf(error));
      return 2;
    }
  },
};

function readFlags(args: readonly string[]): Flags {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = { 'data-dir': text, workspace: text, instance: flag, noted: text, json: flag, help: flag };
    const { 'data-dir': dataDir, workspace, noted, ...flags } = parseArgs({ args: [...args], options }).values;
    if (workspace !== undefined && flags.instance) throw new Error('--workspace and --instance name two logs: leave one out.');
    if (noted !== undefined && workspace === undefined && !flags.instance) throw new Error('--noted is of one log: add --workspace or --instance.');
    if (noted !== undefined && !HEAD_CODE_PATTERN.test(noted)) throw new Error('--noted must be a head code such as 412:9f…');
    return { dataDir, workspace, noted, ...flags };
  } catch (error) {
    throw new NotVerified(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

/** Nothing is made where there is nothing: a new secret would call every log forged. */
async function withControl<T>(config: Config, work: (control: ControlConnection) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl } = config;
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'control'))) {
    throw new NotVerified(`There is no instance in ${dataDir}. Name its directory with --data-dir, or set DATABASE_URL.`);
  }
  if (config.secret === undefined && !existsSync(join(dataDir, 'secret'))) {
    throw new NotVerified(`The secret of the instance is not in ${dataDir}. Set SIGHTGLASS_SECRET as the program has it.`);
  }
  const lock = databaseUrl === undefined ? await lockDataDir(dataDir) : undefined;
  try {
    const control = await connectControl({ dataDir, databaseUrl, secret: instanceSecret(dataDir, config.secret) });
    return await work(control).finally(() => control.close());
  } finally {
    await lock?.release();
  }
}

async function verifyLogs(control: ControlConnection, { workspace, instance, noted }: Flags): Promise<VerifiedLog[]> {
  const known = await control.instanceDb
    .select({ id: workspaces.id, slug: workspaces.slug })
    .from(workspaces)
    .where(workspace === undefined ? undefined : eq(workspaces.slug, workspace))
    .orderBy(asc(workspaces.slug));
  if (workspace !== undefined && known.length === 0) throw new NotVerified(`There is no workspace with the slug ${workspace}.`);
  const verified: VerifiedLog[] = [];
  const verify = async (id: string, slug: string | null) => {
    const log = auditLogOf(control, id as WorkspaceId, slug === null ? 'instance' : 'workspace');
    verified.push({ workspace: slug, ...(await verifyLog(log, control.auditChain, noted)) });
  };
  if (workspace === undefined) await verify(INSTANCE_CHAIN, null);
  if (!instance) for (const { id, slug } of known) await verify(id, slug);
  return verified;
}

function print(logs: readonly VerifiedLog[], holds: boolean, asJson: boolean, { out }: Terminal): void {
  if (asJson) return out(JSON.stringify({ ok: holds, logs }, null, 2));
  for (const { workspace, entries, ok, broken_at, reason, head_code } of logs) {
    const name = workspace === null ? 'instance' : `workspace ${workspace}`;
    const count = `${entries} ${entries === 1 ? 'entry' : 'entries'}`;
    const why = reason === undefined ? 'it does not hold' : AUDIT_FAULTS[reason];
    out(ok ? `${name}: holds, ${count}, head code ${head_code}` : `${name}: BROKEN at entry ${broken_at} of ${count}: ${why}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DataDirInUseError) {
    return `${error.message}\nWhile it runs, its own answer is at GET /api/obs/audit/verify and on the page Settings, Audit log.`;
  }
  if (error instanceof NotVerified || error instanceof ConfigError) return error.message;
  return `The audit log could not be verified: ${error instanceof Error ? error.message : String(error)}`;
}
