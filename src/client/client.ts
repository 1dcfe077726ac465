/** The typed client of the HTTP API. */

import type { Policy } from '../core/access/policy.ts';
import type { Scope } from '../core/access/scopes.ts';
import type { Caller, TokenView } from '../core/access/token.ts';
import type { Pipeline, PipelineView } from '../core/catalogue/entry.ts';
import type { EventPage, RunEvent } from '../core/events/event.ts';
import type { LaneView } from '../core/runs/view.ts';
import { entries, type Input, pipelineVersions, targets } from './catalogue.ts';
import { domains, readAudit } from './domains.ts';
import { files } from './files/files.ts';
import {
  createHttp,
  type Http,
  type HttpOptions,
  type IfMatch,
  matching,
  TRIES,
  type Versioned,
} from './http.ts';
import { runs } from './runs.ts';
import { defaultRuntime, type Runtime } from './runtime.ts';
import { readEventStream } from './sse.ts';
import { tasks } from './tasks.ts';
import { type RunsListener, watchRuns } from './watch/changes.ts';
import { connectLazily } from './watch/lazy.ts';
import { createPush } from './watch/push.ts';
import type { EventsQuery } from './watch/transports.ts';
import { type WatchOptions, watch } from './watch/watch.ts';
import type { ConnectPush, Negotiated } from './watch/web-pubsub.ts';

export type ClientOptions = HttpOptions & {
  /** How to connect to Web PubSub; `false` uses only the event stream and polling. */
  readonly push?: ConnectPush | false;
  /** Clock and random numbers, for tests. */
  readonly runtime?: Runtime;
};

export type LanePage = {
  readonly lanes: readonly LaneView[];
  readonly next_cursor: string | null;
};

const id = encodeURIComponent;

/**
 * What callers of a domain may start; written by the admin token and admins of the settings only.
 *
 * @example
 * const policy = await client.policies.get('genomics');
 * await client.policies.put('genomics', { ...policy, images: ['registry.example.com/team/'] });
 */
function policies(http: Http) {
  const of = (domain: string): string => `/domains/${id(domain)}/policy`;
  return {
    get: (domain: string) => http.json<Policy>('GET', of(domain), { tries: TRIES }),
    /** The same with its version, for a change that overwrites nobody else's. */
    getVersioned: async (domain: string): Promise<Versioned<Policy>> => {
      const { text, etag } = await http.versioned('GET', of(domain), { tries: TRIES });
      return { value: JSON.parse(text) as Policy, etag };
    },
    put: (domain: string, policy: Input<typeof Policy>, condition: IfMatch = {}) =>
      http.json<Policy>('PUT', of(domain), {
        body: policy,
        tries: TRIES,
        ...matching(condition),
      }),
  };
}

function lanes(http: Http) {
  return {
    /**
     * By name; at most 1,000 a page.
     *
     * @example
     * const { lanes } = await client.listLanes();
     * for (const { name, active, capacity, queued } of lanes)
     *   console.log(`${name}: ${active.length} of ${capacity} run, ${queued} wait`);
     */
    listLanes: (query: { readonly limit?: number; readonly cursor?: string } = {}) =>
      http.json<LanePage>('GET', '/lanes', { query, tries: TRIES }),
    /** With `runs` also what its first runs are, and since when they have their places: up to 200 reads on the server. */
    getLane: (name: string, query: { readonly runs?: boolean } = {}) =>
      http.json<LaneView>('GET', `/lanes/${id(name)}`, { query, tries: TRIES }),
    /**
     * Declares a lane, or changes it: omitted fields stay unchanged.
     *
     * @example
     * await client.putLane('gpu', { capacity: 4 });
     * await client.putLane('gpu', { paused: true }); // what runs goes on, nothing more starts
     */
    putLane: (name: string, lane: { readonly capacity?: number; readonly paused?: boolean }) =>
      http.json<LaneView>('PUT', `/lanes/${id(name)}`, { body: lane, tries: TRIES }),
    /** Only an idle lane can be deleted; its settings are forgotten. */
    deleteLane: async (name: string): Promise<void> => {
      await http.json<unknown>('DELETE', `/lanes/${id(name)}`);
    },
  };
}

export type TokenRequest = {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** RFC 3339, null for never. */
  readonly expires_at?: string | null;
  /** Another one than the token's own: only for the admin token and admins of the settings. */
  readonly domain?: string;
};

export type TokenRotation = {
  readonly overlap_seconds?: number;
  /** RFC 3339, null for never; not given, as long as the old one was to live. */
  readonly expires_at?: string | null;
};
export type SignInParameters = {
  /** Address of the OpenID provider. */
  readonly issuer: string;
  readonly client_id: string;
  readonly scope: string;
};
type NewToken = TokenView & { readonly token: string };

function tokens(http: Http) {
  return {
    /** Of another domain than the caller's own only for the admin token and admins of the settings. */
    list: async (query: { readonly domain?: string } = {}) =>
      (await http.json<{ tokens: TokenView[] }>('GET', '/tokens', { query, tries: TRIES })).tokens,
    /**
     * `token` is shown this once.
     *
     * @example
     * const { token } = await client.tokens.create({ name: 'ci', scopes: ['launch'], expires_at: '2027-01-01T00:00:00Z' });
     * const ofCi = createClient({ url: 'https://sluice.example.org', token });
     */
    create: (request: TokenRequest) => http.json<NewToken>('POST', '/tokens', { body: request }),
    get: (tokenId: string) =>
      http.json<TokenView>('GET', `/tokens/${id(tokenId)}`, { tries: TRIES }),
    /** A new one in place of this, which ends after `overlap_seconds` (an hour if not given). */
    rotate: (tokenId: string, request: TokenRotation = {}) =>
      http.json<NewToken>('POST', `/tokens/${id(tokenId)}/rotate`, { body: request }),
    /** Whose token the client has, and what it may do. */
    whoami: () => http.json<Caller>('GET', '/whoami', { tries: TRIES }),
    revoke: async (tokenId: string): Promise<void> => {
      await http.json<unknown>('DELETE', `/tokens/${id(tokenId)}`);
    },
  };
}

/**
 * A client for one server and one token. Nothing happens until a method is called; the live
 * connection is shared by all watches and closes with the last of them.
 *
 * Methods reject with SluiceError. Answers are typed but not validated: the server's own tests check them against
 * its OpenAPI document.
 *
 * @example
 * import { createClient, SluiceError } from 'sluice';
 *
 * const client = createClient({ url: 'https://sluice.example.org', token: 'slc_…' });
 * try {
 *   const run = await client.startRun({ pipeline: 'rnaseq', params: { genome: 'GRCh38' } });
 *   for await (const event of client.watch(run.run_id))
 *     if (event.type === 'complete') console.log(event.data.status, event.data.reason?.message);
 * } catch (error) {
 *   if (error instanceof SluiceError && error.code === 'lane_busy') console.log(error.detail);
 *   else throw error;
 * }
 */
export function createClient(options: ClientOptions) {
  const runtime = options.runtime ?? defaultRuntime;
  const http = createHttp(options, runtime);

  const negotiate = (runIds: readonly string[] = []) =>
    http.json<Negotiated>('POST', '/negotiate', {
      body: runIds.length > 0 ? { run_ids: runIds } : {},
    });

  /**
   * A page of events with a seq above `after`; with `wait`, returns when there is one or the time is up.
   *
   * @example
   * const { events, last_seq } = await client.events(run_id, { after: 0, limit: 100 });
   * console.log(`${events.length} of ${last_seq}`);
   */
  const events = (runId: string, { signal, ...query }: EventsQuery = {}): Promise<EventPage> =>
    http.json<EventPage>('GET', `/runs/${id(runId)}/events`, {
      query,
      timeout: ((query.wait ?? 0) + 30) * 1_000,
      ...(signal && { signal }),
    });

  /** The same as the bytes of its JSON, for a worker that reads them; reading may fail half-way. */
  const eventBytes = async (runId: string, { signal, ...query }: EventsQuery = {}) =>
    (
      await http.fetch('GET', `/runs/${id(runId)}/events`, {
        query,
        timeout: ((query.wait ?? 0) + 30) * 1_000,
        tries: TRIES,
        ...(signal && { signal }),
      })
    ).body;

  const push =
    options.push === false
      ? undefined
      : createPush({ connect: options.push ?? connectLazily, negotiate, runtime });

  async function stream(
    runId: string,
    after: number,
    signal: AbortSignal,
    onOpen: () => void,
    onValue: (value: unknown) => void,
  ): Promise<void> {
    const response = await http.fetch('GET', `/runs/${id(runId)}/events`, {
      query: { after },
      headers: { accept: 'text/event-stream' },
      signal,
    });
    // No content: the run is over and everything was sent; a page has the same information and `last_seq`.
    if (response.status === 204) onValue(await events(runId, { after, limit: 1, signal }));
    else await readEventStream(response, { onOpen, onValue, runtime, signal });
  }

  return {
    ...runs(http, runtime),
    ...tasks(http),
    ...files(http, runtime),
    ...lanes(http),
    ...pipelineVersions(http),
    pipelines: entries<PipelineView, Input<typeof Pipeline>>(http, '/pipelines'),
    targets: targets(http),
    policies: policies(http),
    domains: domains(http),
    audit: readAudit(http),
    /**
     * How people sign in; null where they do not. `createSignIn` does it in a page, `createDeviceSignIn` in a program.
     *
     * @example
     * const parameters = await client.signIn();
     * if (parameters === null) console.log('This server asks for a token.');
     */
    signIn: async () =>
      (await http.json<{ sign_in: SignInParameters | null }>('GET', '/auth', { tries: TRIES }))
        .sign_in,
    tokens: tokens(http),
    events,
    eventBytes,
    /**
     * Where to connect with Web PubSub, for these runs; `watch` does it by itself.
     *
     * @example
     * const { url } = await client.negotiate([run_id]);
     * const socket = new WebSocket(url, 'json.webpubsub.azure.v1');
     */
    negotiate,
    /**
     * Every event of a run, in order, once, to its end, across lost connections and sleep: see `WatchOptions`.
     *
     * @example
     * const stop = new AbortController();
     * const events = client.watch(run_id, {
     *   after: 17, // the last that is known already
     *   signal: stop.signal,
     *   onState: (state) => console.log(state), // such as `live`, or `paused` while there is no connection
     * });
     * for await (const event of events) {
     *   if (event.type === 'log') for (const line of event.data.lines) console.log(line.message);
     *   if (event.type === 'progress') console.log(event.data.percent);
     *   if (event.type === 'gap') console.log('lines are missing', event.data.message);
     * }
     */
    watch: (runId: string, watchOptions: WatchOptions = {}): AsyncIterableIterator<RunEvent> =>
      watch({ events, stream, push, runtime }, runId, watchOptions),
    /**
     * Changes of state of all runs, over the same connection, until the returned function is called.
     *
     * @example
     * const end = client.watchRuns({
     *   onOpen: () => console.log('read the list anew'),
     *   onChange: ({ run_id, data }) => console.log(run_id, data.status),
     *   onDown: ({ retryMs }) => console.log(`again in ${retryMs} ms`),
     * });
     * end();
     */
    watchRuns: (listener: RunsListener): (() => void) => watchRuns(push, runtime, listener),
  };
}

export type Client = ReturnType<typeof createClient>;
