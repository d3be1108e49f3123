/**
 * The UI as a person meets it: the system's Chromium on the built program. Every page remembers what it asked
 * for and what went wrong in it, so that a test can say that nothing did.
 */
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { OWNER } from '../../server/test/program/startProgram.ts';

/** Quiet and offline: a browser under test speaks to the program alone. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const DESKTOP = { width: 1280, height: 800 } as const;
export const PHONE = { width: 390, height: 844 } as const;
export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
/** Two test files and their programs share the machine with the browser. */
const WAIT_MS_MAX = 20_000;

let running: Promise<Browser> | undefined;
afterAll(async () => (await running)?.close());

function launch(): Promise<Browser> {
  const executablePath = process.env.SIGHTGLASS_TEST_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`There is no Chromium at ${executablePath}; set SIGHTGLASS_TEST_CHROMIUM to its path.`);
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Addresses that the page asked for outside the program. */
  foreignRequests: string[];
  /** Errors that no one caught, and what the content security policy had to stop. */
  faults: string[];
}

export interface VisitOptions {
  theme?: Theme;
  viewport?: { width: number; height: number };
  /** Of an earlier visit: who is signed in. */
  cookies?: Awaited<ReturnType<BrowserContext['cookies']>>;
}

/** A person with a browser of their own, who has not gone anywhere yet. Relative addresses lead to the program. */
export async function visit(address: string, { theme = 'light', viewport = DESKTOP, cookies = [] }: VisitOptions = {}): Promise<Visit> {
  running ??= launch();
  const context = await (await running).newContext({ baseURL: address, viewport, colorScheme: theme, timezoneId: 'UTC', reducedMotion: 'reduce' });
  context.setDefaultTimeout(WAIT_MS_MAX);
  await context.addCookies(cookies);
  const page = await context.newPage();
  const foreignRequests: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) foreignRequests.push(request.url());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, context, foreignRequests, faults };
}

/** Signs the owner of a headless start in and answers the session. */
export async function signInWithPassword(address: string): Promise<NonNullable<VisitOptions['cookies']>> {
  const { page, context } = await visit(address);
  await page.goto('/');
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

/** Changes the theme as the system does it, and waits until the new colours have been painted. */
export async function switchTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(`html[data-theme="${theme}"]`).waitFor();
  await page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
}

/**
 * What axe finds that keeps people out: rule and where. Its legacy mode reads no frames of other origins, which no page of ours has, and
 * needs no second page to put together what it found: that takes half the time.
 */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .setLegacyMode(true)
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary?.split('\n')[1]?.trim() ?? ''}`),
    );
}

/** The page must not be wider than the screen: nothing of it would be reached on a phone. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const { content, screen } = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, screen: window.innerWidth }));
  expect(content).toBeLessThanOrEqual(screen);
}
