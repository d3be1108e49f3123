/** Alerts as the one on call meets them: what is open, one of them, what is told, and the link in a message. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alert } from '@sightglass/contract/alert';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Client, createClient, eventually, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import {
  barriers,
  expectNoSidewaysScrolling,
  PHONE,
  signInWithPassword,
  switchTheme,
  THEMES,
  type Visit,
  visit,
  type VisitOptions,
} from './openBrowser.ts';
import { ago, refundTrace } from './shownTraces.ts';

const CRON_SECRET = 'the secret of a cron';
const WAITING = { timeout: 20_000 };
const NARROW_WINDOW = { width: 700, height: 900 };

/** Stands for PagerDuty at `/pager`, and for a receiver that is broken at every other path. */
let receiver: Server;
const told: string[] = [];
let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
let person: Visit;
const others: Visit[] = [];

const evaluate = async () => {
  const answer = await fetch(`${program.address}/api/obs/internal/evaluate-alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CRON_SECRET}` },
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
};
const alertsOf = async (query = '') => (await client.get<{ items: Alert[] }>(`/api/obs/alerts?${query}`)).items;
const createRule = (rule: Record<string, unknown>) =>
  client.post<{ id: string }>('/api/obs/alerts/rules', { evaluation_window_minutes: 60, ...rule });
async function alertOf(rule: string): Promise<Alert> {
  const found = (await alertsOf('limit=500')).find(({ rule_name }) => rule_name === rule);
  if (found === undefined) throw new Error(`no alert of ${rule}`);
  return found;
}

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      if (request.url === '/pager') told.push(body);
      response.writeHead(request.url === '/pager' ? 202 : 500).end('{}');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  program = await startProgram({ env: { ...HEADLESS, CRON_SECRET, SIGHTGLASS_OUTBOUND_ALLOW: '127.0.0.1' } });
  client = createClient(program, OWNER.key);
  for (let i = 0; i < 3; i++)
    for (const agent of ['refund-agent', 'planner']) await client.sendSpans(refundTrace({ agent, atMs: ago(60_000 + i * 10_000) }));
  await everythingSettled(client);
  cookies = await signInWithPassword(program.address);
  person = await visit(program.address, { cookies, viewport: { width: 1440, height: 900 } });
  await person.page.goto('/alerts');
  await person.page.getByText('No rule is switched on').waitFor();
  await person.page.getByRole('link', { name: 'Switch rules on' }).click();
  await person.page.waitForURL(/\/alerts\/rules/);
  await person.context.close();
  const pager = await client.post<{ id: string }>('/api/obs/alerts/channels', {
    name: 'On call',
    kind: 'pagerduty',
    config: { routing_key: 'a'.repeat(32), url: `${at}/pager` },
  });
  const hook = await client.post<{ id: string }>('/api/obs/alerts/channels', { name: 'Broken hook', kind: 'webhook', config: { url: `${at}/hook` } });
  await createRule({
    name: 'Failing agents',
    kind: 'error_rate',
    severity: 'critical',
    config: { threshold: 0.05 },
    group_by: ['agent_id'],
    channel_ids: [pager.id, hook.id],
  });
  await createRule({ name: 'Failures', kind: 'error_count', severity: 'warning', config: { threshold: 2 } });
  await createRule({ name: 'Spending', kind: 'cost_threshold', severity: 'info', config: { threshold_usd: '0.01' } });
  await evaluate();
  await eventually(async () => expect(await alertsOf()).toHaveLength(4));
}, 3 * START_MS_MAX);
afterAll(() => receiver.close());

beforeEach(async () => {
  person = await visit(program.address, { cookies, viewport: { width: 1440, height: 900 } });
});
afterEach(async () => {
  for (const { context, faults, foreignRequests } of [person, ...others.splice(0)]) {
    expect([faults, foreignRequests]).toEqual([[], []]);
    await context.close();
  }
});

const rows = () => person.page.locator('.alerts-table tbody tr');

describe('what is open', () => {
  test('is told gravest first, with value, limit and what it is about', async () => {
    const { page } = person;
    await page.goto('/alerts');
    await expect.poll(() => rows().count(), WAITING).toBe(4);
    expect(await rows().locator('td[data-label="Severity"]').allInnerTexts()).toEqual(['Critical', 'Critical', 'Warning', 'Info']);
    const failing = rows().filter({ hasText: 'planner' });
    expect((await failing.locator('td[data-label="Value"]').innerText()).replace(/\s/g, ' ')).toBe('33 % above 5.0 %');
    expect((await rows().filter({ hasText: 'Spending' }).locator('td[data-label="Value"]').innerText()).replace(/\s/g, ' ')).toBe(
      '$0.072 above $0.01',
    );
    await page.getByRole('link', { name: /Alerts 4 open, 2 critical/ }).waitFor();
    await page.goto('/');
    await page.getByRole('link', { name: 'Open alerts 4: show them' }).click();
    await page.waitForURL(/\/alerts$/);
  });

  test('is narrowed by a click on an agent or a rule, and the address says so', async () => {
    const { page } = person;
    await page.goto('/alerts');
    await rows().filter({ hasText: 'planner' }).getByRole('button', { name: 'planner' }).click();
    await expect.poll(() => rows().count(), WAITING).toBe(1);
    expect(new URL(page.url()).searchParams.get('agent_id')).toBe('planner');
    await page.getByRole('button', { name: 'Remove: Agent is planner' }).click();
    await rows().filter({ hasText: 'Failures' }).getByRole('button', { name: 'Failures' }).click();
    await page.getByText('Rule is Failures').waitFor();
    await expect.poll(() => rows().count(), WAITING).toBe(1);
    await page.goto('/alerts?severity=critical,info');
    await expect.poll(() => rows().count(), WAITING).toBe(3);
    await page.goto('/alerts?q=nothing-has-this');
    await page.getByText('No alert is like that').waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await expect.poll(() => rows().count(), WAITING).toBe(4);
  });

  test('is walked and opened with the keyboard', async () => {
    const { page } = person;
    await page.goto('/alerts');
    await rows().first().waitFor();
    for (const key of ['j', 'j', 'j']) await page.keyboard.press(key);
    await page.locator('.alerts-table [aria-current="true"]').getByText('Failures').first().waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Failures/ }).waitFor();
  });
});

describe('one alert', () => {
  test('says what was measured when, what happened, and whom it told', async () => {
    const { page } = person;
    await page.goto('/alerts');
    await rows().filter({ hasText: 'refund-agent' }).getByRole('link').first().click();
    const summary = page.getByRole('region', { name: 'The alert', exact: true });
    await summary.getByText('Critical').waitFor();
    await expect.poll(() => summary.innerText(), WAITING).toMatch(/33\s%\s+above 5\.0\s%/);
    const measured = page.getByRole('region', { name: /What was measured/ });
    await measured.getByRole('img', { name: /error rate of calls above 5\.0.%.*open from .* until now/ }).waitFor();
    await measured.getByText(/Alerts above 5\.0/).waitFor();
    await page
      .getByRole('region', { name: /Timeline/ })
      .getByText('Triggered')
      .waitFor();
    const { id } = (await alertsOf('severity=critical')).find(({ labels }) => labels.agent_id === 'refund-agent') as Alert;
    await eventually(async () => {
      const { notifications } = await client.get<Alert>(`/api/obs/alerts/${id}`);
      expect(new Set(notifications.map(({ success }) => success))).toEqual(new Set([true, false]));
    });
    await page.reload();
    const attempts = page.getByRole('region', { name: /^Notifications/ });
    await attempts.getByRole('row', { name: /On call PagerDuty .* Arrived/ }).waitFor();
    await attempts
      .getByRole('row', { name: /Broken hook Webhook .* Failed .*500/ })
      .first()
      .waitFor();
    await expect
      .poll(() => page.getByRole('link', { name: 'Silence like this …' }).getAttribute('href'), WAITING)
      .toBe('/alerts/silences/new?rule_name=Failing+agents&agent_id=refund-agent');
    await page.getByRole('navigation', { name: 'In this window' }).getByRole('link', { name: 'Traces' }).click();
    await page.waitForURL(/\/traces\?from=.*&to=now&agent_id=refund-agent&status=error/);
    await page.getByRole('gridcell').first().waitFor();
  });

  test('that is not there says so', async () => {
    const { page } = person;
    await page.goto('/alerts/alr_nobody');
    await page.getByText('No such alert in this workspace').waitFor();
  });
});

describe('the link in a message', () => {
  const linkFor = (agent: string) => {
    const body = told.find((each) => each.includes(agent) && each.includes('/acknowledge/'));
    return /\/acknowledge\/[\w.~-]+/.exec(body ?? '')?.[0] ?? '';
  };

  test('acknowledges on a phone, without signing in, once', async () => {
    await eventually(async () => expect(linkFor('planner')).not.toBe(''));
    const phone = await visit(program.address, { viewport: PHONE });
    others.push(phone);
    const { page } = phone;
    await page.goto(linkFor('planner'));
    await page.getByRole('heading', { name: 'Failing agents' }).waitFor();
    await page.getByText('Critical').waitFor();
    await expectNoSidewaysScrolling(page);
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      await expect.poll(() => barriers(page), WAITING).toEqual([]);
    }
    expect((await alertsOf('agent_id=planner'))[0]?.status).toBe('active');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText(/Acknowledged\. Nobody is told of it again/).waitFor();
    expect((await alertsOf('agent_id=planner'))[0]).toMatchObject({ status: 'acknowledged', acknowledged_by: expect.stringContaining('On call') });
    await page.reload();
    await page.getByText(/It was acknowledged .*by link sent to On call/).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Acknowledge' }).count(), WAITING).toBe(0);
  });

  test('that nobody sent leads nowhere, in plain words', async () => {
    const { page } = person;
    for (const path of ['/acknowledge/', '/acknowledge/nonsense', `${linkFor('refund-agent')}x`]) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    }
  });
});

describe('acting', () => {
  test('on several at once says what came of each of them', async () => {
    const { page } = person;
    await page.goto('/alerts');
    await expect.poll(() => rows().count(), WAITING).toBe(4);
    await page.getByRole('checkbox', { name: /Tick Failures/ }).check();
    await page.getByRole('checkbox', { name: /Tick Spending/ }).check();
    // Somebody else is faster with one of them.
    await client.post(`/api/obs/alerts/${(await alertOf('Failures')).id}/resolve`, { notes: 'elsewhere' });
    await page.getByRole('toolbar', { name: 'Ticked alerts' }).getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('“Spending” acknowledged.').waitFor();
    await page.getByText('1 alert was not acknowledged:').waitFor();
    expect((await alertOf('Spending')).status).toBe('acknowledged');
    await expect.poll(() => rows().count(), WAITING).toBe(3);
    await page.getByRole('button', { name: 'Put this away' }).click();
  });

  test('with a key acknowledges the row one is at', async () => {
    const { page } = person;
    await page.goto('/alerts?status=active');
    await rows().filter({ hasText: 'refund-agent' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    await page.getByText('“Failing agents” acknowledged.').waitFor();
    await page.getByText('Nothing to do: no alert is active').waitFor();
    await page.getByRole('tab', { name: 'Acknowledged' }).click();
    await expect.poll(() => rows().count(), WAITING).toBe(3);
    await rows().filter({ hasText: 'refund-agent' }).getByText(/by /).waitFor();
  });

  test('snoozes until a time on the clock of the person, and refuses one that has passed', async () => {
    const { page } = person;
    await page.goto(`/alerts/${(await alertOf('Spending')).id}`);
    await page.getByRole('button', { name: 'Snooze …' }).click();
    await page.getByLabel('Until …').check();
    await page.getByLabel('Day and time').fill('2020-01-01 10:00');
    await page.getByRole('button', { name: 'Snooze', exact: true }).click();
    await page.getByText('That has passed.').waitFor();
    await page.getByLabel('4 hours').check();
    await page.getByRole('button', { name: 'Snooze', exact: true }).click();
    await page.getByText('“Spending” snoozed.').waitFor();
    await page
      .getByText(/Snoozed until/)
      .first()
      .waitFor();
    const { snoozed_until } = await alertOf('Spending');
    expect(Date.parse(snoozed_until ?? '') - Date.now()).toBeGreaterThan(3.9 * 3_600_000);
  });

  test('resolves with notes, which stay in the history', async () => {
    const { page } = person;
    await page.goto(`/alerts/${(await alertOf('Spending')).id}`);
    await page.getByRole('button', { name: 'Resolve …' }).click();
    await page.getByLabel('Notes').fill('A load test.\nIt is over.');
    await page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await page.getByText('“Spending” resolved.').waitFor();
    await page.getByText('A load test.').first().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Resolve …' }).count(), WAITING).toBe(0);
    await page.getByRole('link', { name: 'Alerts /' }).click();
    await page.getByRole('tab', { name: 'Resolved' }).click();
    await rows().filter({ hasText: 'Spending' }).waitFor();
    expect(new URL(page.url()).searchParams.get('status')).toBe('resolved');
  });
});

describe('notifications', () => {
  test('that come while the page is open are shown; what is critical stays until it is put away', async () => {
    const { page } = person;
    await page.goto('/traces');
    await page.getByRole('button', { name: /^Notifications: \d+ unread/ }).waitFor();
    await expect.poll(() => page.locator('.toast').count(), WAITING).toBe(0);
    await createRule({ name: 'Every run', kind: 'metric_threshold', severity: 'critical', config: { measure: 'runs', operator: '>', threshold: 0 } });
    await evaluate();
    const toast = page.locator('.toast').filter({ hasText: 'Every run' });
    await toast.waitFor({ timeout: 40_000 });
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      await expect.poll(() => barriers(page), WAITING).toEqual([]);
    }
    await toast.getByRole('button', { name: 'Put this away' }).click();
    await toast.waitFor({ state: 'detached' });
  });

  test('are read one by one or all together, and lead to what they are about', async () => {
    const { page } = person;
    await page.goto('/traces');
    await page.getByRole('button', { name: /^Notifications: \d+ unread/ }).click();
    const list = page.getByRole('dialog', { name: 'Notifications' });
    await list.locator('.notification-unread').first().waitFor();
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      await expect.poll(() => barriers(page), WAITING).toEqual([]);
    }
    const unread = await list.locator('.notification-unread').count();
    await list.getByRole('button', { name: 'Mark as read', exact: true }).first().click();
    await expect.poll(() => list.locator('.notification-unread').count(), WAITING).toBe(unread - 1);
    await list
      .getByRole('link', { name: /Failures/ })
      .first()
      .click();
    await page.getByRole('heading', { name: /Failures/ }).waitFor();
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await list.getByRole('button', { name: 'Mark all as read' }).click();
    await expect.poll(() => list.locator('.notification-unread').count(), WAITING).toBe(0);
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  });
});

test('who may only look is told why the buttons do nothing', async () => {
  const { id } = await alertOf('Every run');
  const { link } = await client.post<{ link: string | null }>('/api/obs/invitations', { email: 'viewer@example.com', role: 'viewer' });
  const viewer = await visit(program.address, { viewport: { width: 1440, height: 900 } });
  others.push(viewer);
  const { page } = viewer;
  await page.goto(new URL(link ?? '/').pathname + new URL(link ?? '/').search);
  await page.getByLabel('Your name').fill('Vera');
  await page.getByLabel('A password').fill('a long password');
  await page.getByRole('button', { name: 'Create the account and join' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.goto('/alerts');
  await page.getByText('Your role may look at alerts, but not act on them.').waitFor();
  await expect.poll(() => page.getByRole('checkbox').count(), WAITING).toBe(0);
  await page.goto(`/alerts/${id}`);
  await expect.poll(() => page.getByRole('button', { name: 'Acknowledge' }).isDisabled(), WAITING).toBe(true);
  await page.getByText('Your role may look at alerts, but not act on them.').waitFor();
});

describe.each([
  ['the list', () => '/alerts', '.alerts-table tbody tr'],
  ['the history', () => '/alerts?status=resolved', '.alerts-table tbody tr'],
  ['an alert', async () => `/alerts/${(await alertOf('Failing agents')).id}`, '.alert-timeline li'],
])('%s', (_, pathOf, shown) => {
  test('keeps nobody out, in both themes, and fits a narrow window and a phone', async () => {
    const { page } = person;
    await page.goto(await pathOf());
    await page.locator(shown).first().waitFor();
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      await expect.poll(() => barriers(page), WAITING).toEqual([]);
    }
    for (const size of [NARROW_WINDOW, PHONE]) {
      await page.setViewportSize(size);
      await expectNoSidewaysScrolling(page);
      await expect.poll(() => barriers(page), WAITING).toEqual([]);
    }
  });
});
