import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { createFinishedDays, readDayStates } from './finishedDays.ts';
import { readOverview } from './overview.ts';
import { createTelemetryReader, type TelemetryReader } from './reader.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const DAY_NS = 86_400_000_000_000n;
const mine = testWorkspace('mine');
let store: TemporaryTelemetry | undefined;
afterAll(() => store?.remove());

let asked: string[] = [];
let whileReading: () => Promise<void>;
let writeMark: () => number | undefined;
let reader: TelemetryReader;
beforeEach(async () => {
  store ??= await openTemporaryTelemetry();
  const { telemetry } = store;
  for (const table of ['spans', 'span_arrivals']) await telemetry.run(`TRUNCATE TABLE ${table}`);
  asked = [];
  whileReading = async () => undefined;
  writeMark = telemetry.writeMark;
  reader = createTelemetryReader(
    {
      writeMark: () => writeMark(),
      rows: async <Row>(sql: string, params?: Record<string, unknown>) => {
        const readsSpans = sql.includes('FROM spans');
        if (readsSpans) asked.push(new Date(Number(BigInt(String(params?.from)) / 1_000_000n)).toISOString().slice(0, 10));
        const rows = await telemetry.rows<Row>(sql, params);
        if (readsSpans) await whileReading();
        return rows;
      },
    },
    mine,
  );
});

const write = (startTime: string, span: number, fields: Record<string, unknown> = {}) =>
  insertSpans(store!.telemetry, [
    {
      workspace_id: mine,
      trace_id: traceIdOf(span),
      span_id: spanIdOf(span),
      start_time: startTime,
      kind: 'llm',
      status: 'success',
      cost_usd: '1',
      ...fields,
    },
  ]);
/** As if everything so far had been written some minutes ago. */
const letTimePass = async () => {
  const { telemetry } = store!;
  await telemetry.run('OPTIMIZE TABLE span_arrivals FINAL');
  await telemetry.run(`ALTER TABLE span_arrivals UPDATE last_at = last_at - 300 WHERE 1 SETTINGS mutations_sync = 2`);
};

describe('the overview', () => {
  it('reads finished days once, and again as soon as something is written for them', async () => {
    await write('2026-11-15T10:00:00Z', 1);
    await write('2026-11-20T10:00:00Z', 2);
    await letTimePass();
    const known = createFinishedDays();
    const read = async () => {
      const answer = await readOverview(reader, { timeZone: 'UTC', nowNs: NOW, openAlerts: 0 }, known);
      if (!answer.ok) throw new Error(answer.error.detail);
      return answer.value.last_7_days.map(({ cost_usd }) => cost_usd).join(' ');
    };
    expect(await read()).toBe('0 1 0 0 0 0 1');
    expect(await read()).toBe('0 1 0 0 0 0 1');
    await write('2026-11-20T11:00:00Z', 3);
    expect(await read()).toBe('0 1 0 0 0 0 2');
    await letTimePass();
    await write('2026-11-15T10:00:00Z', 1, { cost_usd: '5', version: 7 }); // priced again
    await write('2026-11-17T23:59:59Z', 4); // late
    expect(await read()).toBe('0 5 0 1 0 0 2');
    expect(await read()).toBe('0 5 0 1 0 0 2');
    expect(asked).toEqual(['2026-11-14', '2026-11-20', '2026-11-15']);
  });

  describe('of a day that was written a moment ago', () => {
    const readTwice = async () => {
      await write('2026-11-20T10:00:00Z', 1);
      const known = createFinishedDays();
      for (let i = 0; i < 2; i++) await readOverview(reader, { timeZone: 'UTC', nowNs: NOW, openAlerts: 0 }, known);
      return asked;
    };

    it('is remembered when nothing is being written', async () => {
      expect(await readTwice()).toEqual(['2026-11-14']);
    });

    it('is not remembered when something was written while it was read', async () => {
      whileReading = () => write('2026-11-20T10:00:01Z', 2);
      expect(await readTwice()).toEqual(['2026-11-14', '2026-11-20']);
    });

    it('is not remembered when others may write, too', async () => {
      writeMark = () => undefined;
      expect(await readTwice()).toEqual(['2026-11-14', '2026-11-20']);
    });
  });

  it('keeps workspaces and time zones apart', async () => {
    await write('2026-11-19T23:30:00Z', 1);
    await letTimePass();
    const known = createFinishedDays();
    const costs = async (of: TelemetryReader, timeZone: string) => {
      const answer = await readOverview(of, { timeZone, nowNs: NOW, openAlerts: 0 }, known);
      return answer.ok && answer.value.last_7_days.slice(-2).map(({ cost_usd }) => cost_usd);
    };
    const foreign = createTelemetryReader(store!.telemetry, testWorkspace('foreign'));
    for (let i = 0; i < 2; i++) {
      expect(await costs(reader, 'UTC')).toEqual(['1', '0']);
      expect(await costs(reader, 'Europe/Vienna')).toEqual(['0', '1']);
      expect(await costs(foreign, 'UTC')).toEqual(['0', '0']);
    }
  });
});

it('a day of a zone with odd offsets is touched by the hours that reach into it', async () => {
  // In Kathmandu (UTC+5:45) the 20th begins at 18:15 UTC of the 19th.
  const fromNs = nsOf('2026-11-19T18:15:00Z');
  const days = [
    { fromNs: fromNs - DAY_NS, toNs: fromNs },
    { fromNs, toNs: fromNs + DAY_NS },
  ];
  await write('2026-11-19T18:50:00Z', 1);
  const states = await readDayStates(reader, days, 0);
  const versions = states.ok ? states.value.map(({ version }) => version) : [];
  expect(versions[0]).not.toBe('');
  expect(versions[1]).toBe(versions[0]);
  await write('2026-11-19T19:10:00Z', 2);
  const later = await readDayStates(reader, days, 0);
  expect(later.ok && later.value[0]?.version).toBe(versions[0]);
  expect(later.ok && later.value[1]?.version).not.toBe(versions[1]);
});
