/**
 * Stands for a ClickHouse server that can be made to fail: the same engine behind the part of its HTTP interface that the
 * program uses. Statements run one after the other.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Session } from 'chdb';
import { temporaryDirectory } from './startProgram.ts';

/** `hangs up`: before anything is done. `answers are lost`: after all is done, as with a time-out. */
export type Behaviour = 'well' | 'hangs up' | 'fails' | 'answers are lost';

export interface ClickHouseDouble {
  url: string;
  become(behaviour: Behaviour): void;
  /** Requests that were met by anything but `well`. */
  failedRequests(): number;
  close(): Promise<void>;
}

export async function startClickHouseDouble(): Promise<ClickHouseDouble> {
  const folder = temporaryDirectory();
  const session = new Session(join(folder, 'engine'));
  let behaviour: Behaviour = 'well';
  let failedRequests = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function runStatement(url: URL, body: Buffer): Promise<string> {
    const inUrl = url.searchParams.get('query');
    const params = Object.fromEntries([...url.searchParams].flatMap(([name, value]) => (name.startsWith('param_') ? [[name.slice(6), value]] : [])));
    if (inUrl === null || body.length === 0) return (await session.queryBindAsync(inUrl ?? body.toString('utf8'), params)).text();
    // The engine inside a process takes binary input from files only.
    const file = join(folder, `${randomUUID()}.native`);
    writeFileSync(file, body);
    try {
      const described = await session.queryAsync(`DESCRIBE TABLE file('${file}', Native) FORMAT JSONEachRow`);
      const columns = described
        .text()
        .trim()
        .split('\n')
        .map((line) => `\`${(JSON.parse(line) as { name: string }).name}\``)
        .join(', ');
      const insert = inUrl.replace(/^(INSERT INTO \w+) (.*) FORMAT Native$/s, `$1 (${columns}) $2 SELECT ${columns} FROM file('${file}', Native)`);
      return (await session.queryBindAsync(insert, params)).text();
    } finally {
      rmSync(file, { force: true });
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const met = behaviour;
    if (met !== 'well') failedRequests += 1;
    if (met === 'hangs up') return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (met === 'fails') return refuse(response, 'Code: 241. DB::Exception: Memory limit (total) exceeded. (MEMORY_LIMIT_EXCEEDED)');
    const run = last.then(() => runStatement(new URL(request.url ?? '/', 'http://double'), Buffer.concat(chunks)));
    last = run.catch(() => undefined);
    try {
      const text = await run;
      if (met === 'answers are lost') request.socket.destroy();
      else response.end(text);
    } catch (error) {
      refuse(response, error instanceof Error ? error.message : String(error));
    }
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => request.socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    become: (next) => {
      behaviour = next;
    },
    failedRequests: () => failedRequests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await last;
      session.close();
    },
  };
}

function refuse(response: ServerResponse, message: string): void {
  response.writeHead(500, { 'x-clickhouse-exception-code': /Code: (\d+)/.exec(message)?.[1] ?? '1000' }).end(message);
}
