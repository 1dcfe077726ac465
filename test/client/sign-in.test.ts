/** Sign-in of people from a page, against the test provider: what a browser would do is done by hand. */
import { expect, onTestFinished, test } from 'vitest';
import { defaultRuntime } from '../../src/client/runtime.ts';
import { createSignIn, type SignInPage } from '../../src/client/sign-in.ts';
import { CLIENT_ID, personOf } from '../support/sign-in/issuer.ts';
import { startProvider } from '../support/sign-in/provider.ts';

const HOME = 'https://runs.example.org/app';

/** A page at an address, in a browser that keeps the session. */
function pageAt(href: string, session: Map<string, string>) {
  const went: string[] = [];
  const shown: string[] = [];
  const page: SignInPage = {
    location: { href, assign: (url) => void went.push(url) },
    history: { replaceState: (_data, _unused, url) => void shown.push(url) },
    sessionStorage: {
      getItem: (key) => session.get(key) ?? null,
      setItem: (key, value) => void session.set(key, value),
      removeItem: (key) => void session.delete(key),
    },
  };
  return { page, went, shown };
}

async function provided(seconds?: number) {
  const people = { Ada: personOf('ada') };
  const provider = await startProvider({ people, ...(seconds !== undefined && { seconds }) });
  onTestFinished(provider.close);
  provider.redirectUris.push(HOME);
  let [clock, away] = [0, false];
  const session = new Map<string, string>();
  /** The page, loaded at an address. */
  const load = (href: string) => {
    const tab = pageAt(href, session);
    const signIn = createSignIn({
      parameters: { issuer: provider.issuer, client_id: CLIENT_ID, scope: 'openid' },
      page: tab.page,
      runtime: { ...defaultRuntime, now: () => clock },
      // Only browsers say from which page they ask.
      fetch: (url, init) => {
        if (away) return Promise.reject(new TypeError('the network is away'));
        const headers = new Headers(init?.headers);
        headers.set('origin', new URL(HOME).origin);
        return fetch(url, { ...init, headers });
      },
    });
    return { ...tab, signIn };
  };
  /** From a page to the provider and back; the answer is where. */
  const goThere = async (): Promise<string> => {
    const { signIn, went } = load(`${HOME}?old=1#x`);
    await signIn.begin();
    const asked = new URL(went[0] ?? '');
    asked.pathname = '/authorize/as';
    asked.searchParams.set('person', 'Ada');
    const answer = await fetch(asked, { redirect: 'manual' });
    return answer.headers.get('location') ?? '';
  };
  const signedIn = async () => {
    const tab = load(await goThere());
    expect(await tab.signIn.resume()).toBe(true);
    return tab;
  };
  const pass = (ms: number): void => void (clock += ms);
  const cut = (on: boolean): void => void (away = on);
  return { provider, load, goThere, signedIn, session, pass, cut };
}

const UNAUTHORIZED = { name: 'SluiceError', code: 'unauthorized', status: 401 };

test('brings a token, and leaves neither code nor verifier behind', async () => {
  const { signedIn, session } = await provided();
  const { signIn, shown } = await signedIn();
  expect(await signIn.token()).toMatch(/^eyJ/);
  expect(shown).toEqual([HOME]);
  expect(session.size).toBe(0);
});

test('is nothing on a page that was not sent back', async () => {
  const { load, goThere } = await provided();
  const { signIn } = load(HOME);
  expect(await signIn.resume()).toBe(false);
  await expect(signIn.token()).rejects.toMatchObject(UNAUTHORIZED);
  // A link with somebody else's code, to a browser that has asked for nothing.
  const back = await goThere();
  const other = await provided();
  expect(await other.load(back).signIn.resume()).toBe(false);
});

test('refuses an answer to another question, and a code cannot be used twice', async () => {
  const { load, goThere, provider, session } = await provided();
  const back = await goThere();
  const kept = new Map(session);
  const wrong = new URL(back);
  wrong.searchParams.set('state', 'another');
  await expect(load(wrong.href).signIn.resume()).rejects.toMatchObject(UNAUTHORIZED);
  expect(provider.refusals).toEqual([]);
  for (const [key, value] of kept) session.set(key, value);
  expect(await load(back).signIn.resume()).toBe(true);
  for (const [key, value] of kept) session.set(key, value);
  await expect(load(back).signIn.resume()).rejects.toMatchObject(UNAUTHORIZED);
});

test('tells what the provider refused', async () => {
  const { load, goThere } = await provided();
  const back = new URL(await goThere());
  back.searchParams.delete('code');
  back.searchParams.set('error', 'access_denied');
  await expect(load(back.href).signIn.resume()).rejects.toMatchObject(UNAUTHORIZED);
});

test('renews its token once for all who ask, before it ends, and says when it cannot', async () => {
  const { signedIn, provider, pass, cut } = await provided(600);
  const { signIn } = await signedIn();
  const first = await signIn.token();
  pass(479_000);
  expect(await signIn.token()).toBe(first);
  pass(2_000);
  const asked = provider.asked.length;
  const [second, same] = await Promise.all([signIn.token(), signIn.token()]);
  expect(second).toMatch(/^eyJ/);
  expect(same).toBe(second);
  expect(provider.asked.length).toBe(asked + 1);
  // While the provider is away, what is left of the token is used.
  pass(500_000);
  cut(true);
  expect(await signIn.token()).toBe(second);
  pass(100_000);
  await expect(signIn.token()).rejects.toMatchObject(UNAUTHORIZED);
});

test('ends with its refresh token, and when it is told to', async () => {
  const { signedIn, provider, pass } = await provided(600);
  const one = await signedIn();
  const two = await signedIn();
  provider.end();
  pass(600_000);
  await expect(one.signIn.token()).rejects.toMatchObject(UNAUTHORIZED);
  two.signIn.forget();
  await expect(two.signIn.token()).rejects.toMatchObject(UNAUTHORIZED);
});
