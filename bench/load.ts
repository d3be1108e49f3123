/** The load generator, a process of its own: takes one task, sends, answers one report. */
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { traceTemplate } from './traceTemplate.ts';

export interface LoadTask {
  address: string;
  key: string;
  connections: number;
  seconds: number;
  /** Undefined: as fast as the answers come. */
  spansPerSecond?: number;
}

export interface LoadReport {
  acknowledgedSpans: number;
  seconds: number;
  latenciesMs: number[];
  statuses: Record<number, number>;
}

/** Bodies are made before the clock starts: the generator must not take the CPU that it measures. Ids differ in every body. */
const BODIES_PER_SECOND = 140;

process.once('message', async (task: LoadTask) => {
  const report = await run(task);
  process.send?.(report, undefined, undefined, () => process.exit(0));
});

async function run(task: LoadTask): Promise<LoadReport> {
  const template = traceTemplate(64, 8);
  const wanted =
    task.spansPerSecond === undefined ? BODIES_PER_SECOND * task.seconds : Math.ceil((task.spansPerSecond * task.seconds) / template.spans);
  const bodies = Array.from({ length: wanted }, () =>
    gzipSync(
      template.stamp(() => Date.now()),
      { level: 1 },
    ),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: task.connections });
  const report: LoadReport = { acknowledgedSpans: 0, seconds: 0, latenciesMs: [], statuses: {} };
  const startedMs = performance.now();
  const endMs = startedMs + task.seconds * 1000;
  const pauseMs = task.spansPerSecond === undefined ? 0 : (template.spans / task.spansPerSecond) * 1000;
  let next = 0;
  const sender = async () => {
    while (performance.now() < endMs) {
      const index = next++;
      const body = bodies[index];
      if (body === undefined) return;
      const dueMs = startedMs + index * pauseMs;
      if (pauseMs > 0 && dueMs > performance.now()) await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
      const sentMs = performance.now();
      const status = await post(task, agent, body);
      report.latenciesMs.push(performance.now() - sentMs);
      report.statuses[status] = (report.statuses[status] ?? 0) + 1;
      if (status === 200) report.acknowledgedSpans += template.spans;
    }
  };
  await Promise.all(Array.from({ length: task.connections }, sender));
  report.seconds = (performance.now() - startedMs) / 1000;
  agent.destroy();
  return report;
}

function post({ address, key }: LoadTask, agent: Agent, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${address}/v1/traces`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'gzip',
          'content-length': body.length,
          authorization: `Bearer ${key}`,
        },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
