/** Pages in a real browser that use the client as a web page would. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { ROOT } from '../../../src/build/build.ts';
import type { RunEvent, WatchState } from '../../../src/client/index.ts';
import { type Relay, startRelay } from './relay.ts';

const USUAL_PATH = '/usr/bin/chromium';

/** A browser that is named must be there; without a name it is looked for. */
export const CHROMIUM =
  process.env['CHROMIUM'] || (existsSync(USUAL_PATH) ? USUAL_PATH : undefined);

export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export type Site = {
  readonly origin: string;
  /** Content-Security-Policy of its page. */
  policy: string;
  close(): Promise<void>;
};

const PAGE = `<!doctype html><title>A page</title><link rel="icon" href="data:,">
<script type="module" src="/page.js"></script>`;
const SCRIPT = "globalThis.sluice = await import('/client.js'); document.title = 'Ready';";

/** A web site of its own origin: one page, and the client bundle, which is built before. */
export async function startSite(): Promise<Site> {
  let policy = "script-src 'self'";
  const client = await readFile(join(ROOT, 'dist', 'npm', 'client.js'));
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', policy);
    response.setHeader('content-type', 'text/javascript; charset=utf-8');
    if (request.url === '/client.js') response.end(client);
    else if (request.url === '/page.js') response.end(SCRIPT);
    else response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set policy(text) {
      policy = text;
    },
    get policy() {
      return policy;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export type Visit = {
  readonly page: Page;
  readonly relay: Relay;
  /** Addresses that the page asked for; the relay also sees what the browser wants for itself. */
  readonly requests: string[];
  /** What the browser complained about: errors, warnings, breaches of a content security policy. */
  readonly complaints: string[];
  /** Seqs of events, in the order in which WebSocket messages brought them. */
  readonly pushed: number[];
};

/** Seqs of the events in a Web PubSub message. */
function seqsOf(payload: string | Buffer): number[] {
  const message = JSON.parse(payload.toString()) as { data?: { events?: RunEvent[] } };
  return message.data?.events?.map(({ seq }) => seq) ?? [];
}

/** Opens an address in a profile and behind a relay of its own, until the test is over. */
export async function visit(browser: Browser, url: string): Promise<Visit> {
  const relay = await startRelay();
  onTestFinished(() => relay.close());
  const context = await browser.newContext({
    // Browsers do not use a proxy for loopback addresses unless they are told to.
    proxy: { server: relay.url, bypass: '<-loopback>' },
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  const pushed: number[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => pushed.push(...seqsOf(payload)));
  });
  await page.goto(url);
  return { page, relay, requests, complaints, pushed };
}

/** Opens the page of a site; resolves when the client is loaded. */
export async function visitSite(browser: Browser, site: Site): Promise<Visit> {
  const visited = await visit(browser, site.origin);
  await visited.page.waitForFunction(() => 'sluice' in globalThis);
  return visited;
}

/** What a page gives to the client; with `push: false` it does without Web PubSub. */
export type Server = { readonly url: string; readonly token?: string; readonly push?: false };

export type Watched = {
  readonly events: RunEvent[];
  readonly states: WatchState[];
  /** How the watch ended: `ended`, or its error. */
  end: string | null;
};

/** The global scope of a page: functions given to `evaluate` run there and reach nothing else. */
type Scope = { sluice: typeof import('../../../src/client/index.ts'); watches?: Watched[] };

export type Container = {
  readonly env: Readonly<Record<string, string>>;
  readonly args?: string[];
};

/** The page starts `hello`, or another script in its place; the answer is the run's id. */
export const startHello = (page: Page, server: Server, more: Container): Promise<string> =>
  page.evaluate(
    async ([options, given]) => {
      const { sluice } = globalThis as unknown as Scope;
      const container = { image: 'busybox:1.37', ...given };
      const request = { pipeline: 'hello', container };
      return (await sluice.createClient(options).startRun(request)).run_id;
    },
    [server, more] as const,
  );

/** The page begins to watch, from the first event on; the answer is for `watched`. */
export const beginWatch = (page: Page, server: Server, runId: string): Promise<number> =>
  page.evaluate(
    ([options, id]) => {
      const scope = globalThis as unknown as Scope;
      const watch: Watched = { events: [], states: [], end: null };
      const follow = async (): Promise<void> => {
        const onState = (state: WatchState): unknown => watch.states.push(state);
        const events = scope.sluice.createClient(options).watch(id, { onState });
        for await (const event of events) watch.events.push(event);
      };
      follow().then(
        () => (watch.end = 'ended'),
        (error: unknown) => (watch.end = String(error)),
      );
      scope.watches ??= [];
      return scope.watches.push(watch) - 1;
    },
    [server, runId] as const,
  );

/** What a watch of the page has seen so far. */
export async function watched(page: Page, watch: number): Promise<Watched> {
  const all = await page.evaluate(() => (globalThis as unknown as Scope).watches ?? []);
  const found = all[watch];
  if (found === undefined) throw new Error(`The page has no watch ${watch}`);
  return found;
}

/** The page tries to start a run, and to read one that is there: the error codes that it gets. */
export const tryAll = (page: Page, server: Server, runId: string): Promise<string[]> =>
  page.evaluate(
    ([options, id]) => {
      const { sluice } = globalThis as unknown as Scope;
      const client = sluice.createClient(options);
      const codeOf = (error: unknown): string =>
        error instanceof sluice.SluiceError ? error.code : String(error);
      const asked = [
        client.startRun({ pipeline: 'hello' }),
        client.getRun(id),
        client.listRuns(),
        client.events(id),
        client.log(id),
        client.negotiate([id]),
        client.cancelRun(id),
      ];
      return Promise.all(asked.map((answer) => answer.then(() => 'answered', codeOf)));
    },
    [server, runId] as const,
  );

/** The page sends what browsers send without asking first: how that looks to the page. */
export const sendUnasked = (page: Page, url: string, body: unknown): Promise<string> =>
  page.evaluate(
    ([address, text]) =>
      fetch(address, { method: 'POST', mode: 'no-cors', body: text }).then(
        (answer) => answer.type,
        (error: unknown) => String(error),
      ),
    [url, JSON.stringify(body)] as const,
  );

/** The page submits a form whose text is JSON; a document so marked does not tell its origin. */
export const submitForm = (page: Page, url: string, referrer: 'origin' | 'no-referrer') =>
  page.evaluate(`{
    const meta = document.createElement('meta');
    meta.name = 'referrer';
    meta.content = ${JSON.stringify(referrer)};
    document.head.append(meta);
    const form = document.createElement('form');
    form.action = ${JSON.stringify(url)};
    form.method = 'post';
    form.enctype = 'text/plain';
    const input = document.createElement('input');
    input.name = '{"pipeline":"hello","triggered_by":"';
    input.value = '"}';
    form.append(input);
    document.body.append(form);
    form.submit();
  }`);
