/** Rules and silences as those who set them meet them: made, looked at before they are kept, switched on and off, ended. */
import type { AlertRule } from '@sightglass/contract/alertRule';
import type { Silence } from '@sightglass/contract/alertSilence';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, createClient, everythingSettled } from '../../server/test/program/apiClient.ts';
import { joinAs } from '../../server/test/program/members.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, signInWithPassword, switchTheme, THEMES, type Visit, visit, type VisitOptions } from './openBrowser.ts';
import { ago, refundTrace } from './shownTraces.ts';

const CRON_SECRET = 'the secret of a cron';
const NARROW_WINDOW = { width: 700, height: 900 };
const DESKTOP = { width: 1440, height: 1000 };
const RULES = '/api/obs/alerts/rules';

/** A page that is drawn anew may show the old text for a moment, longer on a busy machine. */
const WAITING = { timeout: 15_000 };

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
let person: Visit;
const others: Visit[] = [];
beforeAll(async () => {
  program = await startProgram({ env: { ...HEADLESS, CRON_SECRET } });
  client = createClient(program, OWNER.key);
  // Each has two calls of a model and a tool that fails.
  for (const hour of [0, 30, 60, 90])
    expect((await client.sendSpans(refundTrace({ atMs: ago(hour * 3_600_000 + 60_000), agent: 'planner' }))).status).toBe(200);
  await everythingSettled(client);
  cookies = await signInWithPassword(program.address);
}, START_MS_MAX);
beforeEach(async () => {
  person = await visit(program.address, { cookies, viewport: DESKTOP });
});
afterEach(async () => {
  for (const { faults, foreignRequests, context } of [person, ...others.splice(0)]) {
    expect([faults, foreignRequests]).toEqual([[], []]);
    await context.close();
  }
});

async function expectAtHomeEverywhere({ page }: Visit): Promise<void> {
  // What is being asked anew is shown dimmed.
  await expect.poll(() => page.locator('[aria-busy="true"]').count(), WAITING).toBe(0);
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    await expect.poll(() => barriers(page), WAITING).toEqual([]);
  }
  await page.setViewportSize(NARROW_WINDOW);
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize(DESKTOP);
}

const evaluate = async () => {
  const headers = { authorization: `Bearer ${CRON_SECRET}` };
  expect((await fetch(`${program.address}/api/obs/internal/evaluate-alerts`, { method: 'POST', headers })).status).toBe(200);
};
async function ruleNamed(name: string): Promise<AlertRule> {
  const found = (await client.get<{ items: AlertRule[] }>(`${RULES}?limit=500`)).items.find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}
const createRule = (rule: Record<string, unknown>) => client.post<AlertRule>(RULES, { severity: 'warning', ...rule });

test('a rule is made from a link: what it would have done is seen first, what is wrong stands at its field', { timeout: 120_000 }, async () => {
  const { page } = person;
  await page.goto('/alerts/rules');
  await page.getByText('There is no rule of your own yet').waitFor();
  await page.getByRole('link', { name: 'Create a rule' }).first().click();
  await page.getByRole('radio', { name: 'Latency' }).check();
  await page.getByLabel('Percentile').waitFor();
  await page.getByRole('radio', { name: 'Error rate' }).check();

  await page.goto('/alerts/rules/new?kind=error_rate&of=tools&threshold=0.2&group_by=agent_id&window=60&severity=critical');
  await expect.poll(() => page.getByLabel('More than (%)').inputValue(), WAITING).toBe('20');
  await page.getByLabel('Only of at least').fill('');
  await page.getByText('It fires on: error rate of tool calls above 20').waitFor();
  // Between the calls there is no data: the first alert stays open.
  await page.getByText('It would have fired once.').waitFor();
  await page.getByRole('img', { name: /^The condition over the last week/ }).waitFor();
  await expect
    .poll(() => page.getByRole('list', { name: 'Alerts that would have been open' }).innerText(), WAITING)
    .toMatch(/until now\s+agent planner/);
  await expectAtHomeEverywhere(person);

  await page.getByLabel('More than (%)').fill('200');
  await page.getByRole('button', { name: 'Create the rule' }).click();
  await page.getByText('must be from 0 to 100 %').first().waitFor();
  await expect.poll(() => page.getByLabel('More than (%)').evaluate((field) => field === document.activeElement), WAITING).toBe(true);
  await page.getByLabel('More than (%)').fill('20');
  await page.getByRole('combobox', { name: 'One alert for each' }).fill('agnet_id');
  await page.getByRole('button', { name: 'Create the rule' }).click();
  await page
    .getByText(/agnet_id/)
    .last()
    .waitFor();
  await page.getByText('Not saved: 1 field to correct.').waitFor();
  await page.getByRole('combobox', { name: 'One alert for each' }).fill('agent_id');

  await page.getByRole('button', { name: 'Change the timing' }).click();
  await page.getByLabel('The condition must hold for (min)').fill('0');
  await page.getByLabel('No other alert within (min)').fill('120');
  await page.getByText('but not within 2 h of the last one').waitFor();
  await page.getByLabel('Where there is no data').selectOption('resolve');
  await page.getByText('It would have fired 4 times.').waitFor();
  await page.getByRole('button', { name: '{{labels.agent_id}}' }).click();
  await page.getByRole('button', { name: 'Add tag' }).click();
  await page.getByLabel('Tag', { exact: true }).fill('team');
  await page.getByLabel('Value', { exact: true }).fill('support');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Tools of agents');
  await page.keyboard.press('Control+s');

  await page.getByText('“Tools of agents” is saved.').waitFor();
  expect(await ruleNamed('Tools of agents')).toMatchObject({
    kind: 'error_rate',
    severity: 'critical',
    config: { threshold: 0.2, of: 'tools', min_count: 0 },
    group_by: ['agent_id'],
    evaluation_window_minutes: 60,
    cooldown_minutes: 120,
    no_data: 'resolve',
    message: '{{labels.agent_id}}',
    tags: { team: 'support' },
  });
  await evaluate();
  await page.reload();
  const row = page.getByRole('row', { name: /Tools of agents/ });
  await row.getByText('Firing').waitFor();
  await expect.poll(() => row.innerText(), WAITING).toContain('Error rate of tool calls above 20');
  await expectAtHomeEverywhere(person);
  await row.getByRole('link', { name: '1', exact: true }).click();
  await page.waitForURL(/\/alerts\?rule_id=rul_/);
});

test('a rule is changed, copied and deleted; what its new condition lacks is taken away', { timeout: 90_000 }, async () => {
  await createRule({ name: 'Silent planner', kind: 'no_heartbeat', config: { minutes: 30, agent_id: 'planner' }, tags: { team: 'support' } });
  const { page } = person;
  await page.goto('/alerts/rules');
  await page.getByRole('link', { name: 'Silent planner', exact: true }).click();
  await expect.poll(() => page.getByLabel('Agent', { exact: true }).inputValue(), WAITING).toBe('planner');
  await page.getByLabel('Agent', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Remove tag 1' }).click();
  await page.getByRole('link', { name: 'Channels' }).first().click();
  await page.getByRole('alertdialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await expectAtHomeEverywhere(person);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('“Silent planner” is saved.').waitFor();
  const changed = await ruleNamed('Silent planner');
  expect([changed.config, changed.tags]).toEqual([{ minutes: 30, of: 'heartbeats' }, {}]);

  await page.getByRole('button', { name: 'What to do with Silent planner' }).click();
  await page.getByRole('menuitem', { name: 'Make one like it' }).click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Name', exact: true }).inputValue(), WAITING).toBe('Silent planner (copy)');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Silent planner');
  await page.getByRole('button', { name: 'Create the rule' }).click();
  await page.getByText(/^Not saved: /).waitFor();
  await expect.poll(() => page.getByText(/^Not saved: /).innerText(), WAITING).toMatch(/name|field to correct/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alertdialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Leave' }).click();

  await page.getByRole('button', { name: 'What to do with Silent planner' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog', { name: 'Delete the rule “Silent planner”?' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByText('“Silent planner” was deleted.').waitFor();
  await expect(ruleNamed('Silent planner')).rejects.toThrow('no rule');
});

test('what is wrong with a query stands at its place, and what it answers is seen before it is kept', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/alerts/rules/new?kind=sql_query&threshold=1&operator=%3E');
  await page.getByText('Fill in the condition to see what it would have done.').waitFor();
  await page.getByLabel('Query').fill('SELECT count()\nFROM spnas');
  await page.getByText(/spnas cannot be read/).waitFor();
  await page.getByRole('button', { name: 'Go to line 2, column 6' }).click();
  await expect
    .poll(() => page.getByLabel('Query').evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd)), WAITING)
    .toBe('s');
  await expectAtHomeEverywhere(person);
  await page.getByLabel('Query').fill('SELECT count() FROM llm_call_metrics WHERE timestamp > now() - INTERVAL 7 DAY');
  await expect.poll(() => page.getByRole('list', { name: 'Values now' }).innerText(), WAITING).toMatch(/8\s+meets the condition/);
  await page.getByRole('button', { name: 'Create the rule' }).click();
  await page.getByText('“The answer of its query above 1” is saved.').waitFor();
});

test('a built-in rule is switched on and off, never deleted; one that cannot be evaluated says why', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/alerts/rules');
  const builtin = page.getByRole('region', { name: 'Built-in rules' });
  const cost = builtin.getByRole('switch', { name: 'llm_cost_spike at work' });
  await cost.click();
  await page.getByText('“llm_cost_spike” is at work').waitFor();
  await expect.poll(() => cost.isChecked(), WAITING).toBe(true);
  expect(await ruleNamed('llm_cost_spike')).toMatchObject({ enabled: true, builtin: 'llm_cost_spike' });
  await builtin.getByRole('button', { name: 'What to do with llm_cost_spike' }).click();
  await page.getByRole('menuitem', { name: 'Change' }).waitFor();
  await expect.poll(() => page.getByRole('menuitem', { name: 'Delete' }).count(), WAITING).toBe(0);
  await page.keyboard.press('Escape');
  await cost.click();
  await page.getByText('“llm_cost_spike” is off').waitFor();
  await expect.poll(() => cost.isChecked(), WAITING).toBe(false);

  const query = 'SELECT toUInt8(model) FROM llm_call_metrics';
  const { id } = await createRule({ name: 'Broken', kind: 'sql_query', config: { query, operator: '>', threshold: 1 } });
  await evaluate();
  await page.goto(`/alerts/rules/${id}`);
  await page.getByText(/^The last evaluation failed/).waitFor();
  await page.goto('/alerts/rules?evaluation=error');
  await page
    .getByRole('row', { name: /Broken/ })
    .getByText('Cannot be evaluated')
    .waitFor();
  await expectAtHomeEverywhere(person);
  await page.goto('/alerts/rules?q=nothing-has-this');
  await page.getByText('No rule is like that').waitFor();
});

test('a silence shows which open alerts it means, holds, and is ended', { timeout: 90_000 }, async () => {
  await createRule({ name: 'Costly', kind: 'cost_threshold', config: { threshold_usd: '0' }, evaluation_window_minutes: 60, group_by: ['agent_id'] });
  await evaluate();
  const { page } = person;
  await page.goto('/alerts/silences');
  await page.getByText('No alert is silenced now').waitFor();
  await page.goto('/alerts/silences/new?rule_name=Costly&agent_id=planner');
  await page.getByText('1 open alert fits:').waitFor();
  await page.getByLabel('is', { exact: true }).last().fill('nobody');
  await page.getByText('None of the open alerts fits.').waitFor();
  await page.getByLabel('is', { exact: true }).last().fill('planner');
  await page.getByLabel('For', { exact: true }).selectOption('until');
  await page.getByRole('button', { name: 'Create the silence' }).click();
  await page.getByText('write a day and a time').waitFor();
  await expectAtHomeEverywhere(person);
  await page.getByLabel('For', { exact: true }).selectOption('1d');
  await page.getByLabel('Again').selectOption('daily');
  await page.getByText(/and at these hours every day/).waitFor();
  await page.getByLabel('Comment').fill('Deployment');
  await page.getByRole('button', { name: 'Create the silence' }).click();
  await page.getByText('The silence is created.').waitFor();
  const [silence] = (await client.get<{ items: Silence[] }>('/api/obs/alerts/silences')).items;
  expect(silence).toMatchObject({ matchers: { rule_name: 'Costly', agent_id: 'planner' }, repeat: 'daily', comment: 'Deployment', state: 'active' });
  const row = page.getByRole('row', { name: /Rule is Costly/ });
  await row.getByText('again every day').waitFor();
  await expectAtHomeEverywhere(person);

  await row.getByRole('button', { name: 'End now' }).click();
  await page.getByRole('alertdialog', { name: 'End this silence now?' }).getByRole('button', { name: 'End it' }).click();
  await page.getByText('The silence has ended.').waitFor();
  await page.getByText('No alert is silenced now').waitFor();
});

test('who may not change rules sees them, and why nothing can be changed', { timeout: 60_000 }, async () => {
  const reader = await visit(program.address, { viewport: DESKTOP });
  const cookie = await joinAs(program, client, 'viewer@example.com', 'viewer');
  await reader.context.addCookies(
    cookie.split('; ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: program.address })),
  );
  others.push(reader);
  const { page } = reader;
  await page.goto('/alerts/rules');
  await page.getByText('Owners, admins and editors of the workspace change rules.').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Create a rule' }).first().isDisabled(), WAITING).toBe(true);
  await expect.poll(() => page.getByRole('switch', { name: 'error_rate at work', exact: true }).isDisabled(), WAITING).toBe(true);
  await page.getByRole('link', { name: 'error_rate', exact: true }).click();
  await expect.poll(() => page.getByLabel('More than (%)').isDisabled(), WAITING).toBe(true);
  await expect.poll(() => page.getByRole('button', { name: 'Save', exact: true }).count(), WAITING).toBe(0);
  await expectAtHomeEverywhere(reader);
  for (const [path, words] of [
    ['/alerts/rules/new', 'You may not create rules'],
    ['/alerts/silences/new', 'You may not silence alerts'],
    ['/alerts/channels', 'Owners, admins and editors of the workspace change channels.'],
    ['/alerts/rules/rul_nobody', 'No such rule'],
  ] as const) {
    await page.goto(path);
    await page.getByText(words).waitFor();
  }
});
