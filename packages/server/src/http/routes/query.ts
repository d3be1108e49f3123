import { listMeasures, type QUERY_FORMATS, runQuery as runQueryRoute } from '@sightglass/contract/routes/query';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { CSV_TYPE, queryResultCsv } from '../../explore/csv.ts';
import { measureList } from '../../explore/measures/catalogue.ts';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { runQuery } from '../../explore/runQuery.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface QueryRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function queryRoutes(app: App, { readerOf, now }: QueryRouteDeps): void {
  app.openapi(runQueryRoute, async (c) => {
    const answer = await runQuery(readerOf(c.var.caller), c.req.valid('json'), now());
    c.header('vary', 'accept', { append: true });
    if (!answer.ok) return problem(c, answer.error);
    const format = c.req.valid('query').format ?? acceptedFormat(c);
    if (format === 'json') return c.json(answer.value, 200);
    return c.body(queryResultCsv(answer.value), 200, { 'content-type': CSV_TYPE, 'content-disposition': 'attachment; filename="query.csv"' });
  });

  app.openapi(listMeasures, (c) => c.json({ items: measureList() }, 200));
}

function acceptedFormat(c: Context): (typeof QUERY_FORMATS)[number] {
  const preferred = accepts(c, { header: 'Accept', supports: ['application/json', 'text/csv'], default: 'application/json' });
  return preferred === 'text/csv' ? 'csv' : 'json';
}
