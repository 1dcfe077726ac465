/** The watch on a run's pods against an API server that answers as a test says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { RUN_LABEL, TASK_RUN_LABEL } from '../../../src/core/kubernetes/manifest.ts';
import type { ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import { rejection } from './support/cluster-fixture.ts';
import { failure, json, serve } from './support/server.ts';

const RUN = 'r0123456789abcde';

const pod = (uid: string, status: object = { phase: 'Pending' }, labels: object = {}) => ({
  metadata: { name: `pod-${uid}`, uid, labels: { [RUN_LABEL]: RUN, ...labels } },
  spec: { containers: [{ name: 'driver' }] },
  status,
});
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const bookmark = (annotations?: object): string =>
  line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '5', annotations } });
const INITIAL_END = { 'k8s.io/initial-events-end': 'true' };

/** Everything told until the watch ends, as uids and phases. */
async function collect(
  cluster: Cluster,
  signal = new AbortController().signal,
  told: (readonly ObservedPod[])[] = [],
): Promise<string[]> {
  for await (const pods of cluster.watchPods(RUN, signal)) told.push(pods);
  return told.map((pods) => pods.map(({ uid, phase }) => `${uid} ${phase}`).join(', '));
}

/** A server whose watch is these pieces, one write each, and then ends. */
const telling = (...pieces: readonly (string | Buffer)[]) =>
  serve((_seen, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const next = ([piece, ...rest]: typeof pieces): void => {
      if (piece === undefined) response.end();
      else response.write(piece, () => setImmediate(next, rest));
    };
    next(pieces);
  });

describe('a watch', () => {
  test('asks for one run, for five minutes, with bookmarks, from now on', async () => {
    const { cluster, seen } = await telling();
    expect(await collect(cluster)).toEqual([]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.url.pathname).toBe('/api/v1/namespaces/ns/pods');
    expect(Object.fromEntries(seen[0]?.url.searchParams ?? [])).toEqual({
      watch: '1',
      labelSelector: `${RUN_LABEL}=${RUN}`,
      timeoutSeconds: '300',
      allowWatchBookmarks: 'true',
    });
  });

  test('tells why no node has the pod yet', async () => {
    const gated = { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' };
    const conditions = [{ ...gated, message: 'Scheduling is blocked' }];
    const { cluster } = await telling(line('ADDED', pod('a', { phase: 'Pending', conditions })));
    const told: (readonly ObservedPod[])[] = [];
    await collect(cluster, new AbortController().signal, told);
    expect(told.flat()).toMatchObject([
      { unscheduled: { reason: 'SchedulingGated', message: 'Scheduling is blocked' } },
    ]);
  });

  test('tells each set that is another one, and ends when the server ends it', async () => {
    const { cluster } = await telling(
      line('ADDED', pod('a')),
      line('ADDED', pod('b')),
      bookmark(INITIAL_END),
      bookmark(),
      line('MODIFIED', pod('b')),
      line('MODIFIED', { ...pod('b'), metadata: { ...pod('b').metadata, resourceVersion: '7' } }),
      line('MODIFIED', pod('b', { phase: 'Running' })),
      line('DELETED', pod('a')),
      line('DELETED', pod('never-seen')),
      line('ADDED', pod('task', {}, { [TASK_RUN_LABEL]: RUN })),
      line('DELETED', pod('b')),
    );
    expect(await collect(cluster)).toEqual([
      'a Pending',
      'a Pending, b Pending',
      'a Pending, b Running',
      'b Running',
      '',
    ]);
  });

  test('tells that there is no pod, where the server says that this was all', async () => {
    const { cluster } = await telling(bookmark(), bookmark(INITIAL_END), bookmark(INITIAL_END));
    expect(await collect(cluster)).toEqual(['']);
  });

  test('reads events in whatever pieces they come', async () => {
    const text = Buffer.from(
      [
        line('ADDED', pod('a', { phase: 'Pending', message: 'fährt an 😀' })),
        '\n',
        line('MODIFIED', pod('a', { phase: 'Running', message: 'läuft ✓' })),
      ].join(''),
    );
    for (const size of [1, 7, 1_000_000]) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.subarray(index * size, (index + 1) * size),
      );
      const { cluster } = await telling(...pieces);
      const told: (readonly ObservedPod[])[] = [];
      expect(await collect(cluster, undefined, told)).toEqual(['a Pending', 'a Running']);
      expect(told.map(([first]) => first?.message)).toEqual(['fährt an 😀', 'läuft ✓']);
    }
  });

  test('gives times as a list does', async () => {
    const terminated = {
      exitCode: 0,
      startedAt: '2026-01-01T00:00:00Z',
      finishedAt: '2026-01-01T00:00:01Z',
    };
    const object = pod('a', {
      phase: 'Succeeded',
      containerStatuses: [{ name: 'driver', state: { terminated } }],
    });
    const told: (readonly ObservedPod[])[] = [];
    const { cluster } = await telling(line('ADDED', object));
    await collect(cluster, undefined, told);
    expect(told[0]?.[0]?.containers[0]).toMatchObject({
      started_at: '2026-01-01T00:00:00.000Z',
      finished_at: '2026-01-01T00:00:01.000Z',
    });
  });

  test.each([
    ['a watch that expired', line('ERROR', failure(410, 'too old resource version')), 410],
    ['something that is no JSON', '<html>Sign in</html>\n', 0],
    ['JSON that is no event', '{}\nnull\n', 0],
    ['an event without an end', 'x'.repeat(5 * 1024 * 1024), 200],
  ])('rejects with unavailable at %s', async (_, text, status) => {
    const { cluster } = await telling(line('ADDED', pod('a')), text);
    const told: (readonly ObservedPod[])[] = [];
    expect(await rejection(collect(cluster, undefined, told))).toMatchObject({
      code: 'unavailable',
      status,
    });
    expect(told).toHaveLength(1);
  });

  test('drops an event that the end of the watch cuts off', async () => {
    const { cluster } = await telling(line('ADDED', pod('a')), '{"type":"MODIFIED","obj');
    expect(await collect(cluster)).toEqual(['a Pending']);
  });

  test('whose connection breaks is unavailable, after all that came', async () => {
    const { cluster } = await serve((_seen, response) => {
      response.writeHead(200);
      response.write(line('ADDED', pod('a')), () => setImmediate(() => response.destroy()));
    });
    const told: (readonly ObservedPod[])[] = [];
    expect(await rejection(collect(cluster, undefined, told))).toMatchObject({
      code: 'unavailable',
    });
    expect(told).toHaveLength(1);
  });

  test.each([
    [400, 'refused'],
    [403, 'refused'],
    [410, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
  ])('that is answered with %d is %s', async (status, code) => {
    const { cluster, seen } = await serve((_seen, response) =>
      json(response, status, failure(status, 'not now')),
    );
    expect(await rejection(collect(cluster))).toMatchObject({ code, status, message: 'not now' });
    expect(seen).toHaveLength(1);
  });

  test('without an answer, or with half of a refusal, is unavailable at the deadline', async () => {
    const silent = await serve(() => undefined, { deadlineMs: 200 });
    expect(await rejection(collect(silent.cluster))).toMatchObject({ code: 'unavailable' });
    const half = await serve(
      (_seen, response) => {
        response.writeHead(403, { 'content-type': 'application/json' });
        response.write('{"message": ');
      },
      { deadlineMs: 200 },
    );
    expect(await rejection(collect(half.cluster))).toMatchObject({ code: 'unavailable' });
  });

  test('that is silent for longer than bookmarks are apart ends; with bookmarks it goes on', async () => {
    let beats = 0;
    const { cluster } = await serve(
      (_seen, response) => {
        response.writeHead(200);
        response.write(line('ADDED', pod('a')));
        const beat = setInterval(() => {
          beats += 1;
          response.write(bookmark());
          if (beats === 6) clearInterval(beat);
        }, 400);
        response.on('close', () => clearInterval(beat));
      },
      { followIdleMs: 1_000 },
    );
    expect(await collect(cluster)).toEqual(['a Pending']);
    expect(beats).toBe(6);
  });

  test('that is quiet ends at once when it is aborted, and lets its connection go', async () => {
    let closed = 0;
    const { cluster } = await serve((_seen, response) => {
      response.on('close', () => (closed += 1));
      response.writeHead(200);
      response.write(line('ADDED', pod('a')));
    });
    const abort = new AbortController();
    const told: (readonly ObservedPod[])[] = [];
    const watching = collect(cluster, abort.signal, told);
    await expect.poll(() => told.length).toBe(1);
    abort.abort();
    expect(await watching).toEqual(['a Pending']);
    for await (const _ of cluster.watchPods(RUN, new AbortController().signal)) break;
    await expect.poll(() => closed).toBe(2);
    // A rejection that nobody handles is told at the next turn, and fails the test run.
    await sleep(0);
  });

  test('that is aborted before it began, or before an answer, ends without an error', async () => {
    const { cluster, seen } = await serve(() => undefined);
    expect(await collect(cluster, AbortSignal.abort())).toEqual([]);
    const abort = new AbortController();
    const watching = collect(cluster, abort.signal);
    await expect.poll(() => seen.length).toBe(1);
    abort.abort();
    expect(await watching).toEqual([]);
  });
});
