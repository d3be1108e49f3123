import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { ALL_FUNCTIONS, GROUP_ARRAY_SIZE_MAX } from './allowedNames.ts';
import { checkSql } from './checkSql.ts';
import { NESTING_MAX, PARTS_MAX, RULE_SQL_LIMITS, SQL_CHARS_MAX, SUBQUERY_DEPTH_MAX, TABLES_MAX } from './sqlLimits.ts';

const page = (name: string) => readFileSync(fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url)), 'utf8');
const PAGE = page('sql.md');
const examplesOf = (text: string) => [...text.matchAll(/```sql\n([^]*?)\n```/g)].map(([, sql]) => sql ?? '');

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

describe('docs/sql.md', () => {
  it.each([...examplesOf(PAGE), ...examplesOf(page('views.md'))])('and docs/views.md have an example that may run: %s', async (sql) => {
    expect(await checkSql(store.telemetry, sql)).toMatchObject({ ok: true });
  });

  it('lists the functions that may be used, and no other', () => {
    const listed = [...(PAGE.split('<!-- functions:')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(listed).toEqual(ALL_FUNCTIONS);
  });

  it('has the limits as they are', () => {
    const written = (number: number) => (number < 1_000 ? String(number) : String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ' '));
    for (const [what, most] of [
      ['characters', SQL_CHARS_MAX],
      ['sub-queries inside each other', SUBQUERY_DEPTH_MAX],
      ['anything inside each other', NESTING_MAX],
      ['tables read', TABLES_MAX],
      ['parts', PARTS_MAX],
    ] as const)
      expect(PAGE).toMatch(new RegExp(`\\| ${what}[^|]*\\| ${written(most)} \\|`));
    expect(PAGE).toContain(`up to ${written(GROUP_ARRAY_SIZE_MAX)} |`);
    expect(PAGE).toContain(
      `${RULE_SQL_LIMITS.seconds} seconds and ${RULE_SQL_LIMITS.memoryBytes / 1e6} MB of memory, and answer ${RULE_SQL_LIMITS.bytes / 1e6} MB`,
    );
  });
});
