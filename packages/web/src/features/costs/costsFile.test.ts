import { expect, test } from 'vitest';
import { readCostQuestion } from './costQuestion.ts';
import { csvName, csvSpecOf, isCutShort } from './costsFile.ts';

const PERIOD = { fromMs: Date.UTC(2026, 10, 13, 9, 30, 0, 123), toMs: Date.UTC(2026, 10, 20) };

test('the file asks for every group of the very range that is shown', () => {
  expect(csvSpecOf(readCostQuestion({ by: 'user_id', and: 'none', sort: 'errors' }), PERIOD)).toMatchObject({
    group_by: ['user_id'],
    from: '2026-11-13T09:30:00.123Z',
    to: '2026-11-20T00:00:00Z',
    order_by: { field: 'errors', direction: 'asc' },
    limit: 10_000,
  });
});

test('its name says what is in it', () => {
  expect(csvName(readCostQuestion({}), PERIOD)).toBe('costs-by-agent_id-and-model-20261113T093000Z-20261120T000000Z.csv');
});

test('it may be cut short when it has as many lines as the API answers at once', () => {
  expect(isCutShort(`agent_id\r\n${'planner\r\n'.repeat(9_999)}`)).toBe(false);
  expect(isCutShort(`agent_id\r\n${'planner\r\n'.repeat(10_000)}`)).toBe(true);
});
