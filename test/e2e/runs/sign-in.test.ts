/** People sign in from pages in a real browser: authorization code with PKCE at the test provider, against the local stack. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { CLIENT_ID, personOf, TENANT } from '../../support/sign-in/issuer.ts';
import { startProvider } from '../../support/sign-in/provider.ts';
import { openPage } from '../page/support/page.ts';
import { CHROMIUM, launch, type Site, startSite, visit, visitSite } from '../support/browser.ts';

const TOKEN = 'an-admin-token-for-those-who-sign-in';
const PATIENCE = { timeout: 30_000, interval: 100 };
const SCOPE = `openid offline_access api://${CLIENT_ID}/access`;

type Client = typeof import('../../../src/client/index.ts');
type Scope = { sluice: Client; signIn?: ReturnType<Client['createSignIn']> };

/** The page looks up how to sign in; then it takes what came back, or leaves for the provider. The answer is whether it is back. */
const signIn = (page: Page, url: string): Promise<boolean> =>
  page.evaluate(async (api) => {
    const scope = globalThis as unknown as Scope;
    const parameters = await scope.sluice.createClient({ url: api }).signIn();
    if (parameters === null) throw new Error('nobody signs in here');
    scope.signIn = scope.sluice.createSignIn({ parameters });
    const isBack = await scope.signIn.resume();
    if (!isBack) await scope.signIn.begin();
    return isBack;
  }, url);

/** The page asks with its sign-in: who it is, and a run that it starts. */
const useApi = (page: Page, url: string) =>
  page.evaluate(async (api) => {
    const { sluice, signIn: own } = globalThis as unknown as Scope;
    const client = sluice.createClient({ url: api, token: () => own?.token() ?? '' });
    const run = await client.startRun({ pipeline: 'hello' });
    const types: string[] = [];
    for await (const { type } of client.watch(run.run_id)) types.push(type);
    const refused = await client.tokens.list().then(
      () => 'answered',
      (error: unknown) => (error instanceof sluice.SluiceError ? error.code : String(error)),
    );
    return { who: await client.tokens.whoami(), last: types.at(-1), refused };
  }, url);

describe.skipIf(CHROMIUM === undefined)('somebody in a real browser', () => {
  let browser: Browser;
  let stack: Stack;
  let site: Site;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  const undo: (() => Promise<unknown>)[] = [];

  async function keep<T extends { close(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
    const started = await starting;
    undo.push(() => started.close());
    return started;
  }

  beforeAll(async () => {
    await build();
    site = await keep(startSite());
    provider = await keep(
      startProvider({
        people: {
          Ada: personOf('ada', { roles: ['Runner'] }),
          Eve: personOf('eve', { name: 'Eve' }),
        },
      }),
    );
    const settings = {
      SLUICE_CORS_ORIGINS: site.origin,
      SLUICE_ENTRA_TENANT: TENANT,
      SLUICE_ENTRA_CLIENT_ID: CLIENT_ID,
      SLUICE_ENTRA_ISSUER: provider.issuer,
      SLUICE_ENTRA_SCOPE: SCOPE,
      SLUICE_ENTRA_ROLES: '{"Runner":{"domain":"default","scopes":["run"]}}',
    };
    browser = await keep(launch());
    stack = await keep(startStack({ token: TOKEN, settings }));
    provider.redirectUris.push(
      `${site.origin}/`,
      `${stack.api}/ui/`,
      `${stack.api}/docs/oauth2-redirect.html`,
    );
    const live = stack.webPubSub.replace(/^http/, 'ws');
    site.policy = `default-src 'none'; img-src data:; script-src 'self'; connect-src ${stack.api} ${live} ${provider.origin}`;
  }, 90_000);

  afterAll(() => Promise.all(undo.map((step) => step())));

  it('signs in, comes back, and starts and watches a run with what the role gives', async () => {
    const { page, complaints } = await visitSite(browser, site);
    expect(await signIn(page, stack.api)).toBe(false);
    await page.getByRole('link', { name: 'Ada' }).click();
    await page.waitForURL(`${site.origin}/**`);
    await page.waitForFunction(() => 'sluice' in globalThis);
    expect(await signIn(page, stack.api)).toBe(true);
    // A code does not stay in the address.
    expect(page.url()).toBe(`${site.origin}/`);
    expect(await useApi(page, stack.api)).toMatchObject({
      who: { id: 'user:ada', kind: 'user', name: 'Ada', domain: 'default', scopes: ['run'] },
      last: 'complete',
      refused: 'forbidden',
    });
    expect(provider.refusals).toEqual([]);
    expect(complaints.filter((text) => !text.includes('403'))).toEqual([]);
  });

  it('is told so when the role is missing', async () => {
    const { page } = await visitSite(browser, site);
    await signIn(page, stack.api);
    await page.getByRole('link', { name: 'Eve' }).click();
    await page.waitForURL(`${site.origin}/**`);
    await page.waitForFunction(() => 'sluice' in globalThis);
    await signIn(page, stack.api);
    await expect(useApi(page, stack.api)).rejects.toThrow('no role or group');
  });

  it('signs in on the page, and is back where it was, with what the role gives', async () => {
    const { page, complaints } = await openPage(browser, stack.api, { path: '/lanes?from=here' });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Ada' }).click();
    await page.getByRole('heading', { name: 'Lanes' }).waitFor();
    expect(page.url()).toMatch(/\/ui\/lanes\?from=%?/);
    await page.locator('.live[data-status=live]').waitFor();
    await page.getByRole('link', { name: 'Ada' }).waitFor();
    expect(await page.getByRole('link', { name: 'Tokens' }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Eve' }).click();
    await page.getByText('no role or group').waitFor();
    expect(complaints).toEqual([]);
  });

  it('signs in on the page of the API, which then asks as that person', async () => {
    const { page, complaints } = await visit(browser, `${stack.api}/docs`);
    await page.locator('.btn.authorize').first().click();
    const form = page.locator('.auth-container', { hasText: 'Sign in as a person' });
    expect(await form.locator('#client_id_authorizationCode').inputValue()).toBe(CLIENT_ID);
    const opening = page.waitForEvent('popup');
    await form.locator('button.authorize').click();
    const popup = await opening;
    const closed = popup.waitForEvent('close');
    await popup.getByRole('link', { name: 'Ada' }).click();
    await closed;
    await form.locator('button', { hasText: 'Logout' }).waitFor();
    await page.locator('.btn-done').first().click();
    const whoami = page.locator('#operations-Tokens-whoami');
    await whoami.locator('.opblock-summary-control').click();
    await whoami.getByRole('button', { name: 'Try it out' }).click();
    await whoami.getByRole('button', { name: 'Execute' }).click();
    await whoami.locator('.live-responses-table').getByText('"user:ada"').waitFor();
    await vi.waitFor(() => expect(provider.refusals).toEqual([]), PATIENCE);
    expect(complaints).toEqual([]);
  });
});
