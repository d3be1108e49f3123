/** T19: whatever is sent as a field or a value, the answer is our 400 or rows of the own workspace; never the engine's error. */
import { QuerySpecSchema } from '@sightglass/contract/querySpec';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
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
});
afterAll(() => store.remove());

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
    expect([...words].filter((word) => /foreign|secret|outfile|drop|passwd|sleep|throwIf|system|union|merge\b|url\b|workspace/i.test(word))).toEqual(
      [],
    );
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
});
