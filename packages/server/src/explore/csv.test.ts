import type { QueryColumn, QueryResult } from '@sightglass/contract/querySpec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryResultCsv } from './csv.ts';

const AGENT: QueryColumn = { name: 'agent_id', type: 'string', unit: 'none' };
const COST: QueryColumn = { name: 'cost_usd', type: 'decimal', unit: 'usd' };
const csvOf = (columns: QueryColumn[], ...rows: QueryResult['rows']) => queryResultCsv({ columns, rows, answered_from: 'rows', percentile_error: 0 });
const cellOf = (agent: string) => csvOf([AGENT], { agent_id: agent }).slice('agent_id\r\n'.length, -2);

/** A reader of RFC 4180 that knows nothing of the writer. */
function readCsv(text: string): string[][] {
  const records: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === ',' || (char === '\r' && text[i + 1] === '\n')) {
      records.at(-1)?.push(cell);
      cell = '';
      if (char === ',') continue;
      i++;
      records.push([]);
    } else cell += char;
  }
  expect([quoted, cell, records.pop()]).toEqual([false, '', []]);
  return records;
}

describe('a query as CSV', () => {
  it('has a header, one line for each row and CRLF after each', () => {
    expect(csvOf([AGENT, COST], { agent_id: 'planner', cost_usd: '0.1' }, { agent_id: 'zoë', cost_usd: '0' })).toBe(
      'agent_id,cost_usd\r\nplanner,0.1\r\nzoë,0\r\n',
    );
  });

  it('without rows is the header', () => {
    expect(csvOf([AGENT, COST])).toBe('agent_id,cost_usd\r\n');
  });

  it('writes decimals digit by digit', () => {
    for (const cost of ['0.000000000001', '123456789012345678901234.123456789012']) {
      expect(csvOf([COST], { cost_usd: cost })).toBe(`cost_usd\r\n${cost}\r\n`);
    }
  });

  it('leaves the cell of what was not sent empty', () => {
    expect(csvOf([AGENT, COST], { agent_id: null, cost_usd: null })).toBe('agent_id,cost_usd\r\n,\r\n');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49', "'+49"],
    ['-x', "'-x"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['＝1', "'＝1"],
    ['a=1', 'a=1'],
    ["'quoted", "'quoted"],
  ])('the text %j cannot be a formula', (sent, cell) => {
    expect(cellOf(sent)).toBe(cell);
  });

  it('keeps negative numbers numbers', () => {
    const columns: QueryColumn[] = [COST, { name: 'total_tokens', type: 'integer', unit: 'tokens' }];
    expect(csvOf(columns, { cost_usd: '-0.5', total_tokens: -3 })).toBe('cost_usd,total_tokens\r\n-0.5,-3\r\n');
  });

  it('guards the header like any text', () => {
    expect(csvOf([{ ...AGENT, name: '=cmd,"x"' }])).toBe(`"'=cmd,""x"""\r\n`);
  });

  it('any text comes back as it was, with at most an apostrophe before it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 })), { maxLength: 5 }), (pairs) => {
        const user: QueryColumn = { name: 'user_id', type: 'string', unit: 'none' };
        const [, ...records] = readCsv(csvOf([AGENT, user], ...pairs.map(([agent_id, user_id]) => ({ agent_id, user_id }))));
        expect(records.map((cells) => cells.map((cell) => cell.replace(/^'/, '')))).toEqual(
          pairs.map((pair) => pair.map((text) => text.replace(/^'/, ''))),
        );
        for (const cell of records.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});
