/** Sessions and users against a plain computation over random spans, page by page. */
import { formatUsd } from '@sightglass/contract/money';
import { SESSION_SORTS, SessionListQuerySchema } from '@sightglass/contract/routes/sessions';
import { USER_SORTS, UserListQuerySchema } from '@sightglass/contract/routes/users';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { listSessions } from '../sessions/listSessions.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { listUsers } from '../users/listUsers.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const SECOND = 1_000_000_000n;
const workspace = testWorkspace('random');

interface ModelSpan {
  trace: number;
  id: string;
  startNs: bigint;
  durationNs: bigint;
  kind: string;
  status: string;
  origin: boolean;
  isRun: boolean;
  agent: string;
  user: string;
  email: string;
  session: string;
  model: string;
  costPico: bigint | null;
  tokens: number | null;
  weight: number;
}

/** A fixed sequence, so that a failure can be seen again. */
function sequence(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const next = sequence(20_261_120);
const pick = <T>(list: readonly T[]) => list[next(list.length)] as T;

const SPANS: ModelSpan[] = Array.from({ length: 900 }, (_, i) => {
  const kind = pick(['llm', 'llm', 'tool', 'agent', 'http', 'embedding']);
  const hasUsage = kind === 'llm' || kind === 'embedding';
  const user = pick(['', 'ana', 'bob, the second', 'cleo', `guest ${next(20)}`]);
  return {
    trace: next(200),
    id: spanIdOf(i),
    startNs: NOW - BigInt(next(100_000)) * SECOND - BigInt(i),
    durationNs: BigInt(next(900)) * SECOND,
    kind,
    status: pick(['success', 'success', 'success', 'error', 'timeout', 'cancelled']),
    origin: next(9) === 0,
    isRun: next(4) === 0,
    agent: pick(['', 'planner', 'writer', 'critic']),
    user,
    email: user !== '' && next(3) === 0 ? `${user.replace(/\W/g, '')}@example.com` : '',
    session: pick(['', ...Array.from({ length: 40 }, (_each, n) => `s,${n}`)]),
    model: hasUsage ? pick(['', 'm1', 'm2']) : '',
    costPico: hasUsage && next(3) > 0 ? BigInt(next(1_000_000)) * 1_000_003n : null,
    tokens: hasUsage && next(3) > 0 ? next(5_000) : null,
    weight: pick([1, 1, 1, 4]),
  };
});

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const rows = SPANS.map((span) => ({
    workspace_id: workspace,
    trace_id: traceIdOf(span.trace),
    span_id: span.id,
    start_time: span.startNs,
    duration_ns: span.durationNs,
    kind: span.kind,
    status: span.status,
    error_origin: span.origin ? 1 : 0,
    is_run: span.isRun ? 1 : 0,
    agent_id: span.agent,
    user_id: span.user,
    user_email: span.email,
    session_id: span.session,
    request_model: span.model,
    cost_usd: span.costPico === null ? undefined : formatUsd(span.costPico),
    input_tokens: span.tokens ?? undefined,
    weight: span.weight,
  }));
  // In parts, some rows twice, and a twin in another workspace.
  for (let part = 0; part < 3; part++)
    await insertSpans(
      store.telemetry,
      rows.filter((_, i) => i % 3 === part || i % 7 === part),
    );
  await insertSpans(
    store.telemetry,
    rows.map((row) => ({ ...row, workspace_id: testWorkspace('twin') })),
  );
});
afterAll(() => store.remove());

const sum = (spans: readonly ModelSpan[], value: (span: ModelSpan) => bigint | number | null) => {
  const values = spans.map((span) => [value(span), span.weight] as const).filter(([each]) => each !== null);
  return values.length === 0 ? null : values.reduce((total, [each, weight]) => total + BigInt(each ?? 0) * BigInt(weight), 0n);
};
const count = (spans: readonly ModelSpan[], condition: (span: ModelSpan) => boolean) => Number(sum(spans.filter(condition), () => 1) ?? 0n);
const isCall = ({ kind }: ModelSpan) => ['llm', 'embedding', 'tool'].includes(kind);
const latest = (spans: readonly ModelSpan[], read: (span: ModelSpan) => string) =>
  spans
    .toSorted((a, b) => (a.startNs < b.startNs ? 1 : -1))
    .map(read)
    .find((value) => value !== '') ?? null;

function computed(spans: readonly ModelSpan[]) {
  const starts = spans.map(({ startNs }) => startNs).sort((a, b) => (a < b ? -1 : 1));
  const ends = spans.map(({ startNs, durationNs }) => startNs + durationNs).sort((a, b) => (a < b ? 1 : -1));
  const firstNs = starts[0] ?? 0n;
  const lastNs = ends[0] ?? 0n;
  const cost = sum(spans, ({ costPico }) => costPico);
  return {
    firstNs,
    lastNs,
    costPico: cost ?? 0n,
    shown: {
      agents: [...new Set(spans.map(({ agent }) => agent).filter((agent) => agent !== ''))].sort(),
      runs: count(spans, ({ isRun }) => isRun),
      failed_runs: count(spans, ({ isRun, status }) => isRun && (status === 'error' || status === 'timeout')),
      traces: new Set(spans.map(({ trace }) => trace)).size,
      llm_calls: count(spans, ({ kind }) => kind === 'llm'),
      errors: count(spans, ({ origin }) => origin),
      input_tokens: Number(sum(spans, ({ tokens }) => tokens) ?? -1n),
      cost_usd: cost === null ? null : formatUsd(cost),
      last_at: formatTimestamp(lastNs),
    },
  };
}

type Group = ReturnType<typeof computed> & { id: string; spans: ModelSpan[] };
function groups(by: 'session' | 'user', fromNs: bigint, toNs: bigint): Group[] {
  const byId = new Map<string, ModelSpan[]>();
  for (const span of SPANS)
    if (span[by] !== '' && span.startNs >= fromNs && span.startNs < toNs) byId.set(span[by], [...(byId.get(span[by]) ?? []), span]);
  return [...byId].map(([id, spans]) => ({ id, spans, ...computed(spans) }));
}

const VALUES: Record<string, (group: Group) => bigint> = {
  last_at: ({ lastNs }) => lastNs,
  started_at: ({ firstNs }) => firstNs,
  duration: ({ firstNs, lastNs }) => lastNs - firstNs,
  cost: ({ costPico }) => costPico,
  tokens: ({ spans }) => sum(spans, ({ tokens }) => tokens) ?? 0n,
  errors: ({ shown }) => BigInt(shown.errors),
  runs: ({ shown }) => BigInt(shown.runs),
  calls: ({ spans }) => BigInt(count(spans, isCall)),
  sessions: ({ spans }) => BigInt(new Set(spans.map(({ session }) => session).filter((session) => session !== '')).size),
};

const times = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 100_000 })).filter(([a, b]) => a !== b);
const rfc3339 = (ns: bigint) => formatTimestamp(ns);
const filters = {
  agent: fc.constantFrom(undefined, undefined, 'planner', 'writer,critic', 'nobody'),
  model: fc.constantFrom(undefined, undefined, 'm1'),
  minErrors: fc.constantFrom(undefined, undefined, 1, 3),
  minCostPico: fc.constantFrom(undefined, undefined, 500_000_000_000n),
  limit: fc.constantFrom(1, 5, 50),
};

const matches =
  ({
    agent,
    model,
    minErrors,
    minCostPico,
  }: {
    agent: string | undefined;
    model: string | undefined;
    minErrors: number | undefined;
    minCostPico: bigint | undefined;
  }) =>
  ({ spans, shown, costPico }: Group) =>
    (agent === undefined || spans.some((span) => agent.split(',').includes(span.agent))) &&
    (model === undefined || spans.some((span) => span.model === model)) &&
    (minErrors === undefined || shown.errors >= minErrors) &&
    (minCostPico === undefined || costPico >= minCostPico);

/** Pages must hold the expected groups, in the order of their values; groups of one value may stand in any order. */
async function comparePages<Item extends { [key: string]: unknown }>(
  expected: Group[],
  sort: string,
  limit: number,
  idOf: (item: Item) => string,
  read: (cursor: string | undefined) => Promise<{ items: Item[]; next_cursor: string | null }>,
): Promise<number> {
  const value = VALUES[sort.replace('-', '')] as (group: Group) => bigint;
  const byId = new Map(expected.map((group) => [group.id, group]));
  const sign = sort.startsWith('-') ? -1 : 1;
  const values = expected.map(value).sort((a, b) => (a < b ? -sign : a > b ? sign : 0));
  const seen: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  expect(seen.map(idOf).sort()).toEqual([...byId.keys()].sort());
  expect(seen.map((item) => value(byId.get(idOf(item)) as Group))).toEqual(values);
  for (const item of seen) expect({ ...item, input_tokens: item.input_tokens ?? -1 }).toMatchObject((byId.get(idOf(item)) as Group).shown);
  return seen.length;
}

it('sessions are what the computation says, page by page', async () => {
  const reader = createTelemetryReader(store.telemetry, workspace);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({ ...filters, times, sort: fc.constantFrom(...SESSION_SORTS), live: fc.constantFrom(undefined, 'live' as const, 'ended' as const) }),
      async (asked) => {
        const [a, b] = asked.times;
        const fromNs = NOW - BigInt(Math.max(a, b)) * SECOND;
        const toNs = NOW - BigInt(Math.min(a, b)) * SECOND;
        const isLive = ({ spans }: Group) =>
          spans.some((span) => span.startNs + span.durationNs >= NOW - 300n * SECOND || (span.isRun && span.status === 'running'));
        const expected = groups('session', fromNs, toNs).filter(
          (group) => matches(asked)(group) && (asked.live === undefined || isLive(group) === (asked.live === 'live')),
        );
        compared += await comparePages(
          expected,
          asked.sort,
          asked.limit,
          (item) => item.session_id as string,
          async (cursor) => {
            const query = SessionListQuerySchema.parse({
              from: rfc3339(fromNs),
              to: rfc3339(toNs),
              agent_id: asked.agent,
              model: asked.model,
              min_errors: asked.minErrors,
              min_cost_usd: asked.minCostPico === undefined ? undefined : formatUsd(asked.minCostPico),
              status: asked.live,
              sort: asked.sort,
              limit: asked.limit,
              cursor,
            });
            const page = await listSessions(reader, query, NOW);
            if (!page.ok) throw new Error(JSON.stringify(page.error));
            return page.value;
          },
        );
      },
    ),
    { numRuns: 25, seed: 5 },
  );
  expect(compared).toBeGreaterThan(100);
}, 60_000);

it('users are what the computation says, page by page', async () => {
  const reader = createTelemetryReader(store.telemetry, workspace);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.record({ ...filters, times, sort: fc.constantFrom(...USER_SORTS) }), async (asked) => {
      const [a, b] = asked.times;
      const fromNs = NOW - BigInt(Math.max(a, b)) * SECOND;
      const toNs = NOW - BigInt(Math.min(a, b)) * SECOND;
      const expected = groups('user', fromNs, toNs).filter(matches(asked));
      compared += await comparePages(
        expected,
        asked.sort,
        asked.limit,
        (item) => item.user_id as string,
        async (cursor) => {
          const query = UserListQuerySchema.parse({
            from: rfc3339(fromNs),
            to: rfc3339(toNs),
            agent_id: asked.agent,
            model: asked.model,
            min_errors: asked.minErrors,
            min_cost_usd: asked.minCostPico === undefined ? undefined : formatUsd(asked.minCostPico),
            sort: asked.sort,
            limit: asked.limit,
            cursor,
          });
          const page = await listUsers(reader, query, NOW);
          if (!page.ok) throw new Error(JSON.stringify(page.error));
          for (const user of page.value.items) {
            const spans = SPANS.filter((span) => span.user === user.user_id && span.startNs >= fromNs && span.startNs < toNs);
            expect(user.email).toBe(latest(spans, ({ email }) => email));
            expect(user.calls).toBe(count(spans, isCall));
          }
          return page.value;
        },
      );
    }),
    { numRuns: 25, seed: 6 },
  );
  expect(compared).toBeGreaterThan(100);
}, 60_000);
