/** The documentation page and the client in a real browser, against the local stack. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { type Client, createClient, type RunEvent } from '../../../src/client/index.ts';
import { checkByHash } from '../../../src/dev/demo/check.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import {
  beginWatch,
  CHROMIUM,
  launch,
  type Server,
  type Site,
  sendUnasked,
  startHello,
  startSite,
  submitForm,
  tryAll,
  visit,
  visitSite,
  watched,
} from '../support/browser.ts';
import type { Passage, Relay } from '../support/relay.ts';

const TOKEN = 'an-admin-token-for-the-real-browsers';
/** For things that mostly take a second, on a machine that has much else to do. */
const PATIENCE = { timeout: 30_000, interval: 100 };

const linesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines : [])).map((l) => l.message);

/** All events of a run, as the server tells them. */
const eventsOf = async (client: Client, runId: string): Promise<readonly RunEvent[]> =>
  (await client.events(runId, { limit: 1_000 })).events;

/** Waits for the end of a watch: it has the whole log of a run that went well, in order, each event once. */
async function expectWhole(page: Page, watch: number, client: Client, runId: string) {
  await vi.waitFor(async () => expect((await watched(page, watch)).end).not.toBeNull(), PATIENCE);
  const { events, end } = await watched(page, watch);
  expect(end).toBe('ended');
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  expect(events).toEqual(await eventsOf(client, runId));
  expect(events.at(-1)).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
}

/** Prints numbered lines in three parts; it goes on when the test says so. */
const THREE_PARTS = `
part() { line=$1; while [ "$line" -le "$2" ]; do echo "line $line"; line=$((line + 1)); done; }
gate() { until [ -e "$GATES/$1" ]; do sleep 0.1; done; }
part 1 20; gate second; part 21 60; gate third; part 61 100`;
const lines = (count: number): string[] =>
  Array.from({ length: count }, (_none, index) => `line ${index + 1}`);

/** Resolves when a watch has so many lines of the driver. */
const untilLines = (page: Page, watch: number, count: number): Promise<void> =>
  vi.waitFor(async () => {
    const { events, end } = await watched(page, watch);
    if (linesOf(events).length < count) throw new Error(`too few lines yet; end: ${end}`);
  }, PATIENCE);

/** The ids of all runs that a stack without tokens knows. */
const runsOf = async ({ api }: Stack): Promise<readonly string[]> =>
  (await createClient({ url: api }).listRuns()).runs.map(({ run_id }) => run_id);

/** What a browser asked of a server, but for the question whether it may. */
const asked = (relay: Relay, origin: string): Passage[] =>
  relay.passages.filter(({ method, url }) => url.startsWith(origin) && method !== 'OPTIONS');

if (CHROMIUM === undefined) {
  console.warn(
    'Left out: no Chromium is here for the tests in a real browser; CHROMIUM may name one.',
  );
}

describe.skipIf(CHROMIUM === undefined)('a real browser', () => {
  let browser: Browser;
  /** `guarded` asks for a token and lists one site; `open` is what `npm start` gives. */
  let guarded: Stack;
  let open: Stack;
  let listed: Site;
  let foreign: Site;
  let server: Server;
  let client: Client;
  const undo: (() => Promise<unknown>)[] = [];

  /** Ends it afterwards, also when something else fails to start. */
  async function keep<T extends { close(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
    const started = await starting;
    undo.push(() => started.close());
    return started;
  }

  beforeAll(async () => {
    await build();
    [listed, foreign] = [await keep(startSite()), await keep(startSite())];
    const settings = { SLUICE_CORS_ORIGINS: listed.origin };
    const starting = [
      keep(launch()).then((started) => (browser = started)),
      keep(startStack({ token: TOKEN, settings })).then((started) => (guarded = started)),
      keep(startStack()).then((started) => (open = started)),
    ];
    await Promise.allSettled(starting);
    await Promise.all(starting);
    server = { url: guarded.api, token: TOKEN };
    client = createClient(server);
    // What the client needs of a careful page: to connect, and nothing else.
    const live = guarded.webPubSub.replace(/^http/, 'ws');
    listed.policy = `default-src 'none'; img-src data:; script-src 'self'; connect-src ${guarded.api} ${live}`;
  }, 90_000);

  afterAll(() => Promise.all(undo.map((step) => step())));

  it('shows the API at /docs with nothing from elsewhere and nothing to complain about', async () => {
    const { page, requests, complaints } = await visit(browser, open.docs);
    const answer = await fetch(`${open.api}/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
    const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
    const operations = Object.values(paths).flatMap((path) =>
      Object.keys(path).filter((name) => methods.includes(name)),
    );
    await vi.waitFor(
      async () => expect(await page.locator('.opblock').count()).toBe(operations.length),
      PATIENCE,
    );
    // Opening one shows its schemas; trying one asks this server.
    const start = page.locator('#operations-Runs-startRun');
    await start.locator('.opblock-summary-control').click();
    await start.getByText('deadline_seconds').first().waitFor();
    // The example as it stands starts a run.
    await start.getByRole('button', { name: 'Try it out' }).click();
    await start.getByRole('button', { name: 'Execute' }).click();
    await start.locator('.live-responses-table').getByText('"run_id"').waitFor();
    // Codes come behind everything that can be called.
    const top = async (selector: string) =>
      (await page.locator(selector).first().boundingBox())?.y ?? Number.NaN;
    expect(await page.locator('#codes').getByText('no_such_pipeline').count()).toBe(1);
    expect(await top('#codes')).toBeGreaterThan(await top('#operations-Health-live'));
    const live = page.locator('#operations-Health-live');
    await live.locator('.opblock-summary-control').click();
    await live.getByRole('button', { name: 'Try it out' }).click();
    await live.getByRole('button', { name: 'Execute' }).click();
    await live.locator('.live-responses-table').getByText('"ok"').waitFor();

    expect(complaints).toEqual([]);
    const addresses = requests.map((url) => new URL(url));
    expect(addresses.filter(({ origin }) => origin !== open.api)).toEqual([]);
    expect(addresses.map(({ pathname }) => pathname)).toContain('/health/live');
  });

  it('starts a run from a listed origin and gets its events by Web PubSub alone', async () => {
    const { page, relay, pushed, complaints } = await visitSite(browser, listed);
    const runId = await startHello(page, server, { env: { HELLO_SECONDS: '5' } });
    const watch = await beginWatch(page, server, runId);
    await vi.waitFor(async () => {
      const { events } = await watched(page, watch);
      expect(pushed.length).toBeGreaterThan(0);
      expect(events.length).toBeGreaterThanOrEqual(Math.max(...pushed));
    }, PATIENCE);
    expect(complaints).toEqual([]);
    // From here on there is no other way to learn anything.
    relay.drop((url) => url.includes('/events'));
    const before = (await watched(page, watch)).events.length;
    await expectWhole(page, watch, client, runId);
    const { events, states } = await watched(page, watch);
    expect(checkByHash(linesOf(events))).toMatchObject({ exact: true });
    expect(before).toBeLessThan(events.length);
    const later = events.slice(before).map(({ seq }) => seq);
    expect(later.filter((seq) => !pushed.includes(seq))).toEqual([]);
    expect(states).toContain('live');
  });

  it('misses and doubles nothing when the network goes away, comes back, and goes until the run is over', async () => {
    const { page, relay, complaints } = await visitSite(browser, listed);
    const gates = await mkdtemp(join(tmpdir(), 'sluice-gates-'));
    onTestFinished(() => rm(gates, { recursive: true, force: true }));
    const go = (gate: string): Promise<void> => writeFile(join(gates, gate), '');
    const runId = await startHello(page, server, { env: { GATES: gates }, args: [THREE_PARTS] });
    // A run that waits for its gate would keep the lane from the next try.
    onTestFinished(async () => void (await client.cancelRun(runId)));
    const watches = [
      await beginWatch(page, server, runId),
      await beginWatch(page, { ...server, push: false }, runId),
    ];
    const each = (look: (watch: number) => Promise<void>) => Promise.all(watches.map(look));
    const expectLines = async (watch: number, count: number): Promise<void> => {
      const { events, end } = await watched(page, watch);
      expect([linesOf(events).length, end]).toEqual([count, null]);
    };
    await each((watch) => untilLines(page, watch, 20));

    // Connections stay but nothing passes, as on a train.
    await page.context().setOffline(true);
    await go('second');
    await vi.waitFor(async () => {
      expect(linesOf(await eventsOf(client, runId))).toHaveLength(60);
    }, PATIENCE);
    // Only of the live connection: in Chromium the body of an answer that has begun still comes.
    await expectLines(0, 20);
    await page.context().setOffline(false);
    await each((watch) => untilLines(page, watch, 60));

    // Connections are lost, new ones fail, and the end of the run comes meanwhile.
    relay.cut();
    await vi.waitFor(async () => {
      expect(relay.refused()).toBeGreaterThan(2);
      const { states, end } = await watched(page, 1);
      expect([states.at(-1), end]).toEqual(['paused', null]);
    }, PATIENCE);
    await page.context().setOffline(true);
    await go('third');
    await vi.waitFor(async () => {
      expect((await client.getRun(runId)).state).toBe('succeeded');
    }, PATIENCE);
    await each((watch) => expectLines(watch, 60));
    relay.mend();
    await page.context().setOffline(false);
    for (const watch of watches) {
      await expectWhole(page, watch, client, runId);
      expect(linesOf((await watched(page, watch)).events)).toEqual(lines(100));
    }
    // A network that is away is worth a line in the console; anything else is not expected.
    expect(complaints.filter((text) => !/ERR_|WebSocket connection to/.test(text))).toEqual([]);
  });

  it('lets a page of an origin that is not listed neither start nor read, whatever token it has', async () => {
    const { runs } = await client.listRuns();
    const [first] = runs;
    const { page, relay, complaints } = await visitSite(browser, foreign);
    const codes = await tryAll(page, server, first?.run_id ?? 'none');
    expect(codes).toEqual(codes.map(() => 'unreachable'));
    // The browser asked whether it may, and sent nothing when it was not told yes.
    expect(relay.passages.filter(({ method }) => method === 'OPTIONS').length).toBeGreaterThan(0);
    expect(asked(relay, guarded.api)).toEqual([]);
    expect(complaints.filter((text) => text.includes('CORS policy')).length).toBeGreaterThan(0);

    // What is sent without asking is refused by the server, and its answer stays hidden.
    const body = { pipeline: 'hello' };
    for (const path of ['runs', 'pipeline/run']) {
      await sendUnasked(page, `${guarded.api}/api/v1/${path}`, body);
    }
    expect(asked(relay, guarded.api).map(({ status }) => status)).toEqual([401, 401]);
    expect((await client.listRuns()).runs).toHaveLength(runs.length);
  });

  it('serves no page of another origin in open mode, however it asks', async () => {
    const known = await runsOf(open);
    const { page, relay } = await visitSite(browser, foreign);
    const codes = await tryAll(page, { url: open.api }, 'r000000000000000');
    expect(codes).toEqual(codes.map(() => 'unreachable'));

    const before = asked(relay, open.api).length;
    const body = { pipeline: 'hello' };
    const [runs, original] = [`${open.api}/api/v1/runs`, `${open.api}/api/v1/pipeline/run`];
    await sendUnasked(page, runs, body);
    await sendUnasked(page, original, body);
    for (const referrer of ['origin', 'no-referrer'] as const) {
      await submitForm(page, runs, referrer);
      await page.waitForURL(runs);
      await page.goto(foreign.origin);
    }
    const sent = asked(relay, open.api)
      .slice(before)
      .filter(({ method }) => method === 'POST');
    expect(sent.map(({ origin, status }) => [origin, status])).toEqual([
      [foreign.origin, 403],
      [foreign.origin, 403],
      [foreign.origin, 403],
      ['null', 403],
    ]);
    expect(await runsOf(open)).toEqual(known);
  });

  it('serves no page in open mode whose name was made to mean this machine', async () => {
    const known = await runsOf(open);
    const rebound = open.api.replace('127.0.0.1', 'rebound.test');
    const { page } = await visit(browser, `${rebound}/docs`);
    const statuses = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' };
      const start = { method: 'POST', headers, body: '{"pipeline":"hello"}' };
      const answers = [fetch('/api/v1/runs', start), fetch('/api/v1/runs')];
      return (await Promise.all(answers)).map(({ status }) => status);
    });
    expect(statuses).toEqual([403, 403]);
    expect(await runsOf(open)).toEqual(known);
  });
});
