/** A real stack with an admin token and a browser, for the screens of admins. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { build } from '../../../../src/build/build.ts';
import { type Client, createClient } from '../../../../src/client/index.ts';
import type { Scope } from '../../../../src/core/access/scopes.ts';
import { type Stack, type StackOptions, startStack } from '../../../../src/dev/stack.ts';
import { launch } from '../../support/browser.ts';
import { type Opened, openPage } from '../support/page.ts';

export const TOKEN = 'an-admin-token-for-tests-of-the-admin-screens';

type Visit = { readonly token?: string; readonly context?: { readonly forcedColors: 'active' } };

/** What a test file shares; there once its tests begin. */
export function adminStack(options: StackOptions = {}) {
  let browser: Browser | undefined;
  let stack: Stack | undefined;
  beforeAll(async () => {
    await build();
    [browser, stack] = await Promise.all([launch(), startStack({ token: TOKEN, ...options })]);
  }, 240_000);
  afterAll(() => Promise.all([browser?.close(), stack?.close()]));
  const api = (): string => stack?.api ?? '';
  return {
    api,
    client: (token = TOKEN): Client => createClient({ url: api(), token }),
    async open(path: string, { token = TOKEN, ...more }: Visit = {}): Promise<Opened> {
      if (browser === undefined) throw new Error('There is no browser');
      return await openPage(browser, api(), { path, token, ...more });
    },
    /** A token of the API with one scope. */
    async tokenWith(scope: Scope, domain?: string): Promise<string> {
      const request = { name: `a ${scope}`, scopes: [scope], ...(domain && { domain }) };
      return (await createClient({ url: api(), token: TOKEN }).tokens.create(request)).token;
    },
  };
}
/** Starts a run that holds its place in the lane until it is cancelled, or waits for one. */
export const startIn = (client: Client, lane: string, more: { readonly priority?: number } = {}) =>
  client.startRun({
    pipeline: 'hello',
    lane,
    on_busy: 'queue',
    triggered_by: 'ada',
    container: { image: 'busybox:1.37', env: { HELLO_SECONDS: '600' } },
    ...more,
  });

/** Chooses from a list of choices that is open or not. */
export async function choose(page: Page, label: string, choice: string): Promise<void> {
  // The header has one for colours too, and stands first.
  await page.getByRole('button', { name: label }).last().click();
  await page.getByRole('option', { name: choice, exact: true }).click();
}

/** Moves the focus by Tab until it is on what has this name. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const wanted = typeof name === 'string' ? new RegExp(`^${name}$`) : name;
  for (let presses = 0; presses < 80; presses += 1) {
    const focused = await page.evaluate(() => {
      const { document } = globalThis as unknown as {
        document: {
          activeElement: {
            ariaLabel: string | null;
            textContent: string;
            labels?: readonly { textContent: string }[];
          } | null;
        };
      };
      const at = document.activeElement;
      return at?.ariaLabel ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '';
    });
    if (wanted.test(focused.trim())) return;
    await page.keyboard.press('Tab');
  }
  expect.fail(`Tab does not lead to ${String(name)}`);
}
