/** T19: whatever is sent as a field or a value, the answer is our 400 or rows of the own workspace; never the engine's error. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { QuerySpecSchema } from '@sightglass/contract/querySpec';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricRequest, nanosAt, keyValues } from '../receive/testing/metricRequests.ts';
import { createMetricStore } from '../receive/testing/storeMetrics.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { VIEWS } from '../telemetry/views/all.ts';
import { compileQuery } from './compileQuery.ts';
import { createTelemetryReader } from './reader.ts';
import { runQuery } from './runQuery.ts';
import { SPAN_FIELDS } from './spanFields.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
/** Stands in every text of the foreign workspace and nowhere else. */
const SECRET = 'foreignsecret';
const RANGE = { fromNs: NOW - 86_400_000_000_000n, toNs: NOW };

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const texts = (text: string) => ({
    name: text,
    agent_id: text,
    user_id: text,
    provider: text,
    request_model: text,
    tags: [text],
    attributes_string: { key: text },
  });
  await insertSpans(store.telemetry, [
    { workspace_id: mine, trace_id: traceIdOf(1), span_id: spanIdOf(1), start_time: '2026-11-20T11:00:00Z', kind: 'llm', ...texts('own') },
    { workspace_id: foreign, trace_id: traceIdOf(2), span_id: spanIdOf(2), start_time: '2026-11-20T11:00:00Z', kind: 'llm', ...texts(SECRET) },
  ]);
  await storeForViews(foreign, SECRET);
});
afterAll(() => store.remove());

/** A row in every view. */
async function storeForViews(workspace_id: WorkspaceId, text: string): Promise<void> {
  const start_time = '2026-11-19T11:00:00Z';
  const span = (id: number, fields: Record<string, unknown>) => ({
    workspace_id,
    trace_id: traceIdOf(3),
    span_id: spanIdOf(id),
    start_time,
    name: text,
    user_id: text,
    agent_id: text,
    user_email: text,
    ...fields,
  });
  await insertSpans(store.telemetry, [
    span(3, { kind: 'http', otel_kind: 2 }),
    span(4, { kind: 'retriever' }),
    span(5, { kind: 'guardrail', attributes_string: { 'sightglass.guardrail.flagged_reference': text } }),
    span(6, { kind: 'agent', is_run: 1, run_id: text }),
  ]);
  const point = { attributes: keyValues({ cache: text }), timeUnixNano: nanosAt(0), asDouble: 1 };
  const metrics = ['cache.hits', 'process.memory.usage'].map((name) => ({ name, gauge: { dataPoints: [point] } }));
  await createMetricStore(store.telemetry)(workspace_id, metricRequest(metrics));
  await store.telemetry.run(
    `INSERT INTO logs (workspace_id, time, log_id, level, message) SELECT {workspace_id:String}, toDateTime64({time:String}, 9, 'UTC'), toFixedString('1', 16), 'INFO', {text:String}`,
    { workspace_id, time: '2026-11-19 11:00:00', text },
  );
  await store.telemetry.run(
    `INSERT INTO events (workspace_id, timestamp, event_key, event_type, agent_id, payload) SELECT {workspace_id:String}, toDateTime64({time:String}, 9, 'UTC'), toFixedString('1', 16), 'custom', {text:String}, {text:String}`,
    { workspace_id, time: '2026-11-19 11:00:00', text },
  );
}

const PIECES = [
  "'",
  '"',
  '`',
  '\\',
  "\\'",
  '\0',
  '\n',
  '\t',
  ';',
  '--',
  '/*',
  '*/',
  '#',
  '(',
  ')',
  '{',
  '}',
  '{x:String}',
  '{from:Int64}',
  '{workspace:String}',
  '%',
  '_',
  '$$',
  '\u2028',
  '\ud800',
  '💥',
  'ｓ',

  ' OR 1=1 ',
  ' UNION ALL SELECT ',
  ' FROM spans ',
  ' WHERE 1 ',
  ' FORMAT JSON',
  ' SETTINGS additional_table_filters = {}',
  ' INTO OUTFILE ',
  '; DROP TABLE spans',
  ' LIMIT 0 BY 1 ',

  'workspace_id',
  'spans',
  'sleep(3)',
  "file('/etc/passwd')",
  "merge(currentDatabase(), '.*')",
  'system.tables',
  "url('http://127.0.0.1')",
  'throwIf(1)',
  'attributes.',
  'NULL',
  '\\N',
  'nan',
  '1e309',
  SECRET,
];
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 8 })
  .map((pieces) => pieces.join('').slice(0, 300));
const fieldName = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...SPAN_FIELDS.keys()) },
  { weight: 8, arbitrary: hostileText.map((text) => `attributes.${text}`.slice(0, 300)) },
  { weight: 1, arbitrary: hostileText.filter((text) => text !== '') },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...SPAN_FIELDS.keys()), hostileText).map(([name, text]) => `${name}${text}`.slice(0, 300)) },
);
const scalar = fc.oneof(
  hostileText,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('1', '0x10', 'ff'.repeat(16), '-0', '1e400'),
);
const filter = fc.record(
  {
    field: fieldName,
    op: fc.constantFrom('=', '!=', '>', '>=', '<', '<=', 'in', 'not_in', 'contains', 'exists'),
    value: fc.oneof(scalar, fc.array(scalar, { maxLength: 4 })),
  },
  { requiredKeys: ['field', 'op'] },
);
const question = fc.record(
  {
    measures: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(['calls'], ['spans', 'cost_usd'], ['latency_ms_p95', 'error_rate']) },
      { weight: 1, arbitrary: hostileText.map((text) => [text]) },
    ),
    group_by: fc.array(fieldName, { maxLength: 2 }),
    filters: fc.array(filter, { maxLength: 2 }),
    interval: fc.constantFrom('1h', '1d', '7m'),
    time_zone: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('UTC', 'Europe/Vienna') },
      { weight: 1, arbitrary: hostileText.map((text) => text.slice(0, 64)) },
    ),
    order_by: fc.record({
      field: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('calls', 'spans', 'time') }, { weight: 1, arbitrary: fieldName }),
      direction: fc.constantFrom('asc', 'desc'),
    }),
    limit: fc.constantFrom(1, 10, 10_000),
  },
  { requiredKeys: ['measures', 'group_by', 'filters'] },
);

/** Placeholders are ours: `{from:Int64}`, `{f0:String}`, `{f3_12:Float64}`, `{g1key:String}`. */
const PLACEHOLDER =
  /\{(?:from|to|buckets|f\d+(?:_\d+)?|f\d+key|g\d+key):(?:Int64|Array\(Int64\)|String|Array\(String\)|Float64|Decimal\(38, 12\))\}/g;

/** Attributes that fields of ours are read from, and that look like what must not be there. */
const OWN_KEYS = new Set([`'db.system.name'`, `'db.system'`, `'url.full'`, `'http.url'`]);

describe('hostile questions', () => {
  it('never bring text of theirs into the SQL: 10 000 compiled questions consist of our words alone', () => {
    const words = new Set<string>();
    let compiledCount = 0;
    fc.assert(
      fc.property(question, (sent) => {
        const spec = QuerySpecSchema.safeParse(sent);
        if (!spec.success) return;
        const compiled = compileQuery(spec.data, RANGE);
        if (!compiled.ok) {
          expect(compiled.error.code).toBe('invalid-request');
          expect(compiled.error.errors?.length).toBeGreaterThan(0);
          return;
        }
        compiledCount += 1;
        const text = compiled.value.sql.replaceAll(PLACEHOLDER, '?');
        for (const word of text.split(/[^A-Za-z0-9_.']+/)) words.add(word);
        expect(text).not.toMatch(/[;`"{}#\0\\]|--|\/\*/u);
      }),
      { numRuns: 10_000, seed: 20_261_120 },
    );
    expect(compiledCount).toBeGreaterThan(500);
    const others = [...words].filter((word) => !OWN_KEYS.has(word));
    expect(others.filter((word) => /foreign|secret|outfile|drop|passwd|sleep|throwIf|system|union|merge\b|url\b|workspace/i.test(word))).toEqual([]);
  });

  it('never see a foreign row nor an error of the engine', async () => {
    const reader = createTelemetryReader(store.telemetry, mine);
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(question, async (sent) => {
        const spec = QuerySpecSchema.safeParse(sent);
        if (!spec.success) return;
        const answer = await runQuery(reader, spec.data, NOW);
        if (!answer.ok) {
          expect(answer.error.code).toBe('invalid-request');
          return;
        }
        answered += 1;
        expect(answer.value.columns).toHaveLength(spec.data.measures.length + spec.data.group_by.length + (spec.data.interval === undefined ? 0 : 1));
        for (const row of answer.value.rows) {
          expect(Object.values(row)).not.toContain(SECRET);
          if (typeof row.spans === 'number') expect(row.spans).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 1_500, seed: 20_261_121 },
    );
    expect(answered).toBeGreaterThan(100);
  });

  it('with texts as values find exactly what was stored under them', async () => {
    const samples = fc.sample(
      hostileText.filter((text) => text !== '' && !/[\ud800-\udfff]/.test(text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, ''))),
      { numRuns: 150, seed: 7 },
    );
    const texts = [...new Set(samples)];
    const workspace = testWorkspace('texts');
    await insertSpans(
      store.telemetry,
      texts.map((text, i) => ({
        workspace_id: workspace,
        trace_id: traceIdOf(i),
        span_id: spanIdOf(i),
        start_time: '2026-11-20T11:00:00Z',
        user_id: text,
        attributes_string: { [text]: text },
      })),
    );
    const reader = createTelemetryReader(store.telemetry, workspace);
    const count = async (filters: unknown) => {
      const answer = await runQuery(reader, QuerySpecSchema.parse({ measures: ['spans'], filters }), NOW);
      return answer.ok ? answer.value.rows[0]?.spans : answer.error;
    };
    for (const text of texts.slice(0, 60)) {
      expect(await count([{ field: 'user_id', op: '=', value: text }]), JSON.stringify(text)).toBe(1);
      expect(await count([{ field: 'user_id', op: 'in', value: [text, 'nobody'] }]), JSON.stringify(text)).toBe(1);
      expect(await count([{ field: `attributes.${text}`, op: '=', value: text }]), JSON.stringify(text)).toBe(1);
    }
  });

  describe.each(VIEWS.map(({ name }) => name))('in SQL over %s', (view) => {
    it.each([
      ['plainly', `SELECT * FROM ${view}`],
      ['by its full name', `SELECT * FROM default.${view}`],
      ['with an alias', `SELECT v.* FROM ${view} AS v`],
      ['in a subquery', `SELECT * FROM (SELECT * FROM (SELECT * FROM ${view}))`],
      ['in a union', `SELECT * FROM ${view} UNION ALL SELECT * FROM ${view}`],
      ['in a join', `SELECT a.* FROM ${view} AS a CROSS JOIN ${view} AS b`],
      ['in a named query', `WITH v AS (SELECT * FROM ${view}) SELECT * FROM v`],
      ['as an array', `SELECT groupArray(tuple(*)) FROM ${view}`],
      ['beside the table', `SELECT toString(tuple(*)), (SELECT groupArray(workspace_id) FROM spans) FROM ${view}`],
      ['in the order of anything', `SELECT * FROM ${view} ORDER BY ALL LIMIT 1 BY 1`],
    ])('asked %s never see a foreign row', async (_, sql) => {
      const rows = await createTelemetryReader(store.telemetry, mine).query<Record<string, unknown>>({ sql, params: {} });
      expect(rows.ok && JSON.stringify(rows.value)).not.toContain(SECRET);
      expect(rows.ok && JSON.stringify(rows.value)).not.toContain(foreign);
      expect(rows.ok).toBe(true);
    });

    it('the foreign workspace itself has rows there', async () => {
      const rows = await createTelemetryReader(store.telemetry, foreign).query<Record<string, unknown>>({ sql: `SELECT * FROM ${view}`, params: {} });
      expect(rows.ok && JSON.stringify(rows.value)).toContain(SECRET);
    });
  });
});
