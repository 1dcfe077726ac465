/** Sign-in of people from a program, by a code that they type at the test provider. */
import { expect, onTestFinished, test } from 'vitest';
import { createDeviceSignIn, type DeviceCode } from '../../src/client/openid/device-sign-in.ts';
import { defaultRuntime } from '../../src/client/runtime.ts';
import { CLIENT_ID, personOf } from '../support/sign-in/issuer.ts';
import { type ProviderOptions, startProvider } from '../support/sign-in/provider.ts';

const SCOPE = 'openid offline_access access';

async function provided(device: ProviderOptions['device'] | null = {}) {
  const people = { Ada: personOf('ada') };
  const provider = await startProvider({ people, ...(device !== null && { device }) });
  onTestFinished(provider.close);
  let now = 0;
  const waits: number[] = [];
  let away = false;
  /** What happens in the next waits. */
  const meanwhile: (() => void)[] = [];
  const signIn = createDeviceSignIn({
    parameters: { issuer: provider.issuer, client_id: CLIENT_ID, scope: SCOPE },
    runtime: {
      ...defaultRuntime,
      now: () => now,
      async sleep(ms, signal) {
        // The time limit of a call.
        if (ms === 30_000)
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        waits.push(ms / 1_000);
        now += ms;
        meanwhile.shift()?.();
        return undefined;
      },
    },
    fetch: (url, init) => (away ? Promise.reject(new TypeError('fetch failed')) : fetch(url, init)),
  });
  const shown: DeviceCode[] = [];
  const begin = (signal?: AbortSignal) => signIn.signIn((code) => shown.push(code), signal);
  const cut = (on: boolean): void => void (away = on);
  return { ...provider, signIn, begin, shown, waits, meanwhile, cut };
}

const refused = (detail: RegExp) => ({
  name: 'SluiceError',
  code: 'unauthorized',
  detail: expect.stringMatching(detail),
});
const nothing = (): void => undefined;

test('shows address and code, asks at the provider’s pace, and brings tokens', async () => {
  const { begin, shown, waits, meanwhile, devices, origin } = await provided({ interval: 3 });
  meanwhile.push(nothing, nothing, () => devices.approve('CODE-1', 'Ada'));
  const tokens = await begin();
  expect(shown).toEqual([
    { address: `${origin}/device`, code: 'CODE-1', link: undefined, seconds: 900 },
  ]);
  expect(tokens).toMatchObject({ access: expect.stringMatching(/^eyJ/), seconds: 3_600 });
  expect(tokens.refresh).toMatch(/./);
  expect(waits).toEqual([3, 3, 3]);
});

test('asks every 5 s where the provider does not say, and slower each time that it asks for it', async () => {
  const { begin, waits, meanwhile, devices } = await provided();
  devices.answers.push('authorization_pending', 'slow_down', 'slow_down');
  meanwhile.push(nothing, nothing, () => devices.approve('CODE-1', 'Ada'));
  await begin();
  expect(waits).toEqual([5, 5, 10, 15]);
});

test('goes on, ever slower, while the provider does not answer', async () => {
  const { begin, waits, meanwhile, devices, cut } = await provided();
  devices.answers.push('503');
  meanwhile.push(
    nothing,
    () => cut(true),
    nothing,
    () => {
      cut(false);
      devices.approve('CODE-1', 'Ada');
    },
  );
  await begin();
  expect(waits).toEqual([5, 10, 20, 40]);
});

test('tells who refused, and that a code has expired', async () => {
  const denied = await provided();
  denied.meanwhile.push(() => denied.devices.deny('CODE-1'));
  await expect(denied.begin()).rejects.toMatchObject(refused(/was refused at the provider/));
  const told = await provided();
  told.devices.answers.push('expired_token');
  await expect(told.begin()).rejects.toMatchObject(refused(/has expired/));
  // A provider that goes on answering: it is this side that gives up.
  const waited = await provided({ seconds: 12 });
  await expect(waited.begin()).rejects.toMatchObject(refused(/has expired/));
  expect(waited.waits).toEqual([5, 5, 5]);
});

test.each(['unauthorized_client', 'invalid_client'])(
  'says what an admin has to do: %s',
  async (code) => {
    const early = await provided();
    early.devices.refuse(code);
    const todo = refused(new RegExp(`${code}: AADSTS1: ${code}\\.\\).*is-fallback-public-client`));
    await expect(early.begin()).rejects.toMatchObject(todo);
    // Entra gives a code, and refuses the tokens.
    const late = await provided();
    late.devices.answers.push(code);
    await expect(late.begin()).rejects.toMatchObject(todo);
    expect(late.devices.asked).toHaveLength(1);
  },
);

test('is not offered by every provider', async () => {
  const without = await provided(null);
  expect(await without.signIn.isOffered()).toBe(false);
  await expect(without.begin()).rejects.toMatchObject(refused(/no codes for devices/));
  const { signIn } = await provided();
  expect(await signIn.isOffered()).toBe(true);
});

test('a provider that is away at the begin is told as that', async () => {
  const { begin, cut } = await provided();
  cut(true);
  await expect(begin()).rejects.toMatchObject({ code: 'unreachable', status: 0 });
});

test('can be given up', async () => {
  const { begin, meanwhile } = await provided();
  const stop = new AbortController();
  meanwhile.push(() => stop.abort(new Error('given up')));
  await expect(begin(stop.signal)).rejects.toThrow('given up');
});

test('renews, each refresh token once, and revokes', async () => {
  const { begin, signIn, meanwhile, devices, cut } = await provided();
  meanwhile.push(() => devices.approve('CODE-1', 'Ada'));
  const { refresh = '' } = await begin();
  const second = await signIn.renew(refresh);
  expect(second.access).toMatch(/^eyJ/);
  await expect(signIn.renew(refresh)).rejects.toMatchObject(refused(/has ended/));
  cut(true);
  await expect(signIn.renew(second.refresh ?? '')).rejects.toMatchObject({ code: 'unreachable' });
  cut(false);
  expect(await signIn.revoke(second.refresh ?? '')).toBe(true);
  expect(devices.refreshes.size).toBe(0);
});
