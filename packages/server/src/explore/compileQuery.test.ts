import { QuerySpecSchema, type QuerySpecInput } from '@sightglass/contract/querySpec';
import { describe, expect, it } from 'vitest';
import { compileQuery } from './compileQuery.ts';
import { MEASURES, measureList } from './measures/catalogue.ts';

const RANGE = { fromNs: 1_795_089_600_000_000_000n, toNs: 1_795_176_000_000_000_000n };
const compile = (spec: QuerySpecInput) => compileQuery(QuerySpecSchema.parse(spec), RANGE);

function sqlOf(spec: QuerySpecInput) {
  const compiled = compile(spec);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return { sql: compiled.value.sql, params: compiled.value.params };
}

function errorsOf(spec: QuerySpecInput) {
  const compiled = compile(spec);
  if (compiled.ok) throw new Error('was compiled');
  expect(compiled.error.code).toBe('invalid-request');
  return compiled.error.errors;
}

describe('the SQL of a question', () => {
  it('without groups is one row of aggregates', () => {
    expect(sqlOf({ measures: ['calls', 'error_rate', 'cost_usd'] })).toMatchInlineSnapshot(`
      {
        "params": {
          "from": 1795089600000000000n,
          "to": 1795176000000000000n,
        },
        "sql": "SELECT
        countIf((kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0)) AS m0,
        countIf((kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0) AND status IN ('error', 'timeout')) / nullIf(countIf((kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0)), 0) AS m1,
        toString(ifNull(sumIf(cost_usd, (kind IN ('llm', 'embedding') AND superseded = 0)), toDecimal128(0, 12))) AS m2
      FROM (
        SELECT *
        FROM (SELECT * FROM spans FINAL WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC')))",
      }
    `);
  });

  it('with groups is ordered and cut', () => {
    expect(
      sqlOf({ measures: ['cost_usd'], group_by: ['model', 'attributes.tenant'], order_by: { field: 'model', direction: 'asc' }, limit: 5 }),
    ).toMatchInlineSnapshot(`
      {
        "params": {
          "from": 1795089600000000000n,
          "g1key": "tenant",
          "to": 1795176000000000000n,
        },
        "sql": "SELECT
        g0,
        g1,
        toString(ifNull(sumIf(cost_usd, (kind IN ('llm', 'embedding') AND superseded = 0)), toDecimal128(0, 12))) AS m0
      FROM (
        SELECT *, nullIf(if(response_model != '', response_model, request_model), '') AS g0, multiIf(mapContains(attributes_string, {g1key:String}), attributes_string[{g1key:String}], mapContains(attributes_number, {g1key:String}), toString(attributes_number[{g1key:String}]), mapContains(attributes_bool, {g1key:String}), toString(attributes_bool[{g1key:String}]), mapContains(attributes_json, {g1key:String}), attributes_json[{g1key:String}], NULL) AS g1
        FROM (SELECT * FROM spans FINAL WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC')))
      GROUP BY g0, g1
      ORDER BY g0 ASC NULLS LAST, g0 ASC NULLS LAST, g1 ASC NULLS LAST LIMIT 5",
      }
    `);
  });

  it('over time keeps the foremost groups of the whole range', () => {
    expect(sqlOf({ measures: ['latency_ms_p95'], group_by: ['agent_id'], interval: '6h', limit: 3 })).toMatchInlineSnapshot(`
      {
        "params": {
          "buckets": [
            1795089600000000000n,
            1795111200000000000n,
            1795132800000000000n,
            1795154400000000000n,
          ],
          "from": 1795089600000000000n,
          "to": 1795176000000000000n,
        },
        "sql": "SELECT
        roundDown(toUnixTimestamp64Nano(start_time), {buckets:Array(Int64)}) AS bucket,
        toString(bucket) AS buckettext,
        g0,
        if(countIf((kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0) AND status != 'running') = 0, NULL, quantilesExactInclusiveIf(0.5, 0.95, 0.99)(duration_ns / 1e6, (kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0) AND status != 'running')[2]) AS m0
      FROM (
        SELECT *, nullIf(agent_id, '') AS g0
        FROM (SELECT * FROM spans FINAL WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC')))
      WHERE (isNull(g0), ifNull(toString(g0), '')) IN (
        SELECT isNull(g0), ifNull(toString(g0), '') FROM (SELECT g0 FROM (
        SELECT *, nullIf(agent_id, '') AS g0
        FROM (SELECT * FROM spans FINAL WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC'))) GROUP BY g0 ORDER BY if(countIf((kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0) AND status != 'running') = 0, NULL, quantilesExactInclusiveIf(0.5, 0.95, 0.99)(duration_ns / 1e6, (kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0) AND status != 'running')[2]) DESC NULLS LAST, g0 ASC NULLS LAST LIMIT 3))
      GROUP BY bucket, g0",
      }
    `);
  });

  it('binds every value of a filter', () => {
    expect(
      sqlOf({
        measures: ['calls'],
        filters: [
          { field: 'kind', op: '=', value: 'llm' },
          { field: 'agent_id', op: 'not_in', value: ['a', 'b'] },
          { field: 'name', op: 'contains', value: '100 %' },
          { field: 'cost_usd', op: '>=', value: '0.01' },
          { field: 'input_tokens', op: 'in', value: [1, 2] },
          { field: 'trace_id', op: '=', value: 'ab'.repeat(16) },
          { field: 'tag', op: '!=', value: 'beta' },
          { field: 'attributes.http.route', op: 'exists' },
          { field: 'attributes.retries', op: '>', value: 2 },
          { field: 'user_id', op: 'exists', value: false },
        ],
      }),
    ).toMatchInlineSnapshot(`
      {
        "params": {
          "f0": "llm",
          "f1": [
            "a",
            "b",
          ],
          "f2": "100 %",
          "f3": "0.01",
          "f4_0": "1",
          "f4_1": "2",
          "f5": "abababababababababababababababab",
          "f6": "beta",
          "f7key": "http.route",
          "f8": "2",
          "f8key": "retries",
          "from": 1795089600000000000n,
          "to": 1795176000000000000n,
        },
        "sql": "SELECT
        countIf((kind IN ('llm', 'embedding', 'tool', 'retriever', 'reranker') AND superseded = 0)) AS m0
      FROM (
        SELECT *
        FROM (SELECT * FROM spans FINAL WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC'))
        WHERE kind = {f0:String}
          AND agent_id NOT IN {f1:Array(String)}
          AND positionCaseInsensitiveUTF8(name, {f2:String}) > 0
          AND ifNull(cost_usd >= {f3:Decimal(38, 12)}, 0)
          AND (ifNull(input_tokens = {f4_0:Float64} OR input_tokens = {f4_1:Float64}, 0))
          AND trace_id = toFixedString(unhex({f5:String}), 16)
          AND NOT has(tags, {f6:String})
          AND (isNotNull(multiIf(mapContains(attributes_string, {f7key:String}), attributes_string[{f7key:String}], mapContains(attributes_number, {f7key:String}), toString(attributes_number[{f7key:String}]), mapContains(attributes_bool, {f7key:String}), toString(attributes_bool[{f7key:String}]), mapContains(attributes_json, {f7key:String}), attributes_json[{f7key:String}], NULL)))
          AND ifNull(toFloat64OrNull(multiIf(mapContains(attributes_string, {f8key:String}), attributes_string[{f8key:String}], mapContains(attributes_number, {f8key:String}), toString(attributes_number[{f8key:String}]), mapContains(attributes_bool, {f8key:String}), toString(attributes_bool[{f8key:String}]), mapContains(attributes_json, {f8key:String}), attributes_json[{f8key:String}], NULL)) > {f8:Float64}, 0)
          AND NOT (user_id != ''))",
      }
    `);
  });

  it('asks for percentiles of one distribution as one aggregate', () => {
    const { sql } = sqlOf({ measures: ['latency_ms_p50', 'latency_ms_p95', 'latency_ms_p99'] });
    expect(new Set(sql.match(/quantilesExactInclusiveIf\([^)]*\)\([^)]*\)/g)).size).toBe(1);
  });
});

describe('a question that makes no sense', () => {
  it.each<[string, QuerySpecInput, { pointer: string; message: unknown }[]]>([
    [
      'unknown measure',
      { measures: ['calls', 'cost'] },
      [{ pointer: '/measures/1', message: expect.stringContaining('there is no measure "cost"') }],
    ],
    ['misspelt measure', { measures: ['eror_rate'] }, [{ pointer: '/measures/0', message: expect.stringContaining('did you mean error_rate?') }]],
    [
      'unknown group',
      { measures: ['calls'], group_by: ['agentid'] },
      [{ pointer: '/group_by/0', message: expect.stringContaining('did you mean agent_id?') }],
    ],
    [
      'a quantity as group',
      { measures: ['calls'], group_by: ['duration_ms'] },
      [{ pointer: '/group_by/0', message: expect.stringContaining('quantity') }],
    ],
    ['a column that is no field', { measures: ['calls'], group_by: ['workspace_id'] }, [{ pointer: '/group_by/0', message: expect.anything() }]],
    [
      'a prototype name',
      { measures: ['constructor'], group_by: ['__proto__'] },
      [
        { pointer: '/measures/0', message: expect.anything() },
        { pointer: '/group_by/0', message: expect.anything() },
      ],
    ],
    ['attribute without a key', { measures: ['calls'], group_by: ['attributes.'] }, [{ pointer: '/group_by/0', message: expect.anything() }]],
    [
      'twice the same',
      { measures: ['calls', 'calls'], group_by: ['kind', 'kind'] },
      [
        { pointer: '/measures/1', message: expect.anything() },
        { pointer: '/group_by/1', message: expect.anything() },
      ],
    ],
    [
      'unknown field of a filter',
      { measures: ['calls'], filters: [{ field: 'modle', op: '=', value: 'x' }] },
      [{ pointer: '/filters/0/field', message: expect.stringContaining('did you mean model?') }],
    ],
    [
      'ordering of a text',
      { measures: ['calls'], filters: [{ field: 'model', op: '>', value: 'x' }] },
      [{ pointer: '/filters/0/op', message: expect.anything() }],
    ],
    [
      'part of a number',
      { measures: ['calls'], filters: [{ field: 'duration_ms', op: 'contains', value: '1' }] },
      [{ pointer: '/filters/0/op', message: expect.anything() }],
    ],
    [
      'text for a number',
      { measures: ['calls'], filters: [{ field: 'duration_ms', op: '>', value: 'long' }] },
      [{ pointer: '/filters/0/value', message: 'must be a number' }],
    ],
    [
      'boolean for a text',
      { measures: ['calls'], filters: [{ field: 'model', op: '=', value: true }] },
      [{ pointer: '/filters/0/value', message: 'must be a text' }],
    ],
    ['no value', { measures: ['calls'], filters: [{ field: 'model', op: '=' }] }, [{ pointer: '/filters/0/value', message: 'must be a text' }]],
    [
      'one value for in',
      { measures: ['calls'], filters: [{ field: 'model', op: 'in', value: 'x' }] },
      [{ pointer: '/filters/0/value', message: expect.stringContaining('list') }],
    ],
    [
      'a list for =',
      { measures: ['calls'], filters: [{ field: 'model', op: '=', value: ['x'] }] },
      [{ pointer: '/filters/0/value', message: 'must be a text' }],
    ],
    [
      'too much money',
      { measures: ['calls'], filters: [{ field: 'cost_usd', op: '>', value: '1e40' }] },
      [{ pointer: '/filters/0/value', message: 'must be a number' }],
    ],
    [
      'half an id',
      { measures: ['calls'], filters: [{ field: 'trace_id', op: '=', value: 'abc' }] },
      [{ pointer: '/filters/0/value', message: 'must be 32 hex digits' }],
    ],
    [
      'value for exists',
      { measures: ['calls'], filters: [{ field: 'model', op: 'exists', value: 'yes' }] },
      [{ pointer: '/filters/0/value', message: expect.anything() }],
    ],
    [
      'unknown zone',
      { measures: ['calls'], interval: '1d', time_zone: 'Mars/Base' },
      [{ pointer: '/time_zone', message: expect.stringContaining('IANA') }],
    ],
    ['too many points', { measures: ['calls'], interval: '1s' }, [{ pointer: '/interval', message: expect.stringContaining('10000') }]],
    [
      'order by what is not there',
      { measures: ['calls'], order_by: { field: 'errors' } },
      [{ pointer: '/order_by/field', message: expect.anything() }],
    ],
    ['order by time without it', { measures: ['calls'], order_by: { field: 'time' } }, [{ pointer: '/order_by/field', message: expect.anything() }]],
    ['measure of another source', { source: 'events', measures: ['calls'] }, [{ pointer: '/measures/0', message: 'calls is a measure of spans' }]],
  ])('%s is refused where it stands', (_, spec, expected) => {
    expect(errorsOf(spec)).toEqual(expected);
  });

  it('has its whole list of mistakes answered at once, long names cut short', () => {
    const errors = errorsOf({ measures: ['x'.repeat(100), 'calls'], group_by: ['y'.repeat(300)], filters: [{ field: 'z', op: '=', value: 1 }] });
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/measures/0', '/group_by/0', '/filters/0/field']);
    expect(errors?.every(({ message }) => message.length < 150)).toBe(true);
  });
});

describe('the catalogue', () => {
  it('names every measure once, says what it means, and fits the contract', () => {
    const names = measureList().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(MEASURES.size).toBe(names.length);
    for (const { title, description, dimensions, source } of measureList()) {
      expect(title).not.toBe('');
      expect(description.length).toBeGreaterThan(10);
      if (source === 'spans') expect(dimensions).toEqual(expect.arrayContaining(['agent_id', 'model', 'tag', 'status_code']));
      expect(dimensions).not.toContain('duration_ms');
    }
  });

  it('has what the outside contract and its rules name', () => {
    const named =
      'calls llm_calls runs errors error_rate run_error_rate request_error_rate tool_error_rate requests tool_calls cost_usd ' +
      'input_tokens output_tokens active_agents latency_ms_p50 latency_ms_p95 latency_ms_p99 cache_hit_rate ttft_ms_p50 unpriced_calls llm_latency_ms_p99 tool_latency_ms_p99 ' +
      'run_duration_ms_p99 request_latency_ms_p99 run_errors tool_errors request_errors llm_errors';
    for (const name of named.split(' ')) {
      expect([...MEASURES.keys()]).toContain(name);
    }
  });
});
