import { describe, expect, it } from 'vitest';
import { createPush, DOMAIN } from '../../src/client/watch/push.ts';
import type { PushConnection, PushHandlers } from '../../src/client/watch/web-pubsub.ts';
import { dice, virtualTime } from './client-world.ts';

const A = 'r00000000000000a';
const B = 'r00000000000000b';
const group = (runId: string): string => `default.run.${runId}`;

/** A service whose connections the test opens and cuts. */
function service({ knows = true } = {}) {
  const time = virtualTime(dice(1));
  const connections: (PushConnection & { handlers: PushHandlers; closed: boolean })[] = [];
  const log: string[] = [];
  const push = createPush({
    runtime: time,
    negotiate: (runIds) => {
      log.push(`negotiate ${runIds.join(' ')}`);
      return Promise.resolve({
        url: 'ws://localhost/',
        groups: knows ? runIds.map(group) : runIds.length > 0 ? [] : ['default'],
        expires_at: '',
      });
    },
    connect: (handlers) => {
      const connection = {
        handlers,
        closed: false,
        join: (name: string) => {
          log.push(`join ${name}`);
          return Promise.resolve();
        },
        leave: (name: string) => log.push(`leave ${name}`),
        close: () => {
          if (connection.closed) return;
          connection.closed = true;
          handlers.onClosed();
        },
      };
      connections.push(connection);
      return connection;
    },
  });
  const open = async (): Promise<void> => {
    const last = connections.at(-1);
    await last?.handlers.negotiate();
    last?.handlers.onOpen();
    await time.pass(0);
  };
  const listen = (runId: string) => {
    const seen: string[] = [];
    const end = push.subscribe(runId, {
      onOpen: () => seen.push('open'),
      onDown: () => seen.push('down'),
      onMessage: (message) => seen.push(JSON.stringify(message)),
    });
    return { seen, end };
  };
  return { time, connections, log, push, open, listen };
}

describe('the live connection of a client', () => {
  it('is one for all runs: the first by token, later ones by joining', async () => {
    const { log, open, listen, connections, time } = service();
    const a = listen(A);
    await open();
    const b = listen(B);
    await time.pass(0);
    expect(connections).toHaveLength(1);
    expect(log).toEqual([`negotiate ${A}`, `join ${group(B)}`]);
    const message = { head: { run_id: B, last_seq: 1, complete: false } };
    connections[0]?.handlers.onMessage(message);
    expect(a.seen).toEqual(['open']);
    expect(b.seen).toEqual(['open', JSON.stringify(message)]);
  });

  it('names no more runs than one token takes, and joins the others', async () => {
    const { log, open, listen } = service();
    const runs = Array.from({ length: 70 }, (_, index) => `r${String(index).padStart(15, '0')}`);
    const seen = runs.map((runId) => listen(runId).seen);
    await open();
    const [first = '', ...joins] = log;
    expect(first.split(' ').slice(1)).toEqual(runs.slice(0, 50));
    expect(joins).toEqual(runs.slice(50).map((runId) => `join ${group(runId)}`));
    expect(seen).toEqual(runs.map(() => ['open']));
  });

  it('leaves a group with its last listener, and closes with the last of all', async () => {
    const { log, open, listen, connections } = service();
    const a = listen(A);
    const b = listen(B);
    await open();
    a.end();
    expect(log.at(-1)).toBe(`leave ${group(A)}`);
    expect(connections[0]?.closed).toBe(false);
    b.end();
    expect(connections[0]?.closed).toBe(true);
  });

  it('comes back with a fresh token after waiting longer each time, and says so', async () => {
    const { log, open, listen, connections, time } = service();
    const a = listen(A);
    await open();
    const starts: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const count = connections.length;
      connections.at(-1)?.close();
      const from = time.now();
      await time.pass(60_000, () => connections.length > count);
      starts.push(time.now() - from);
    }
    await open();
    expect(a.seen).toEqual(['open', ...Array.from({ length: 7 }, () => 'down'), 'open']);
    expect(log).toEqual([`negotiate ${A}`, `negotiate ${A}`]);
    expect(starts[0]).toBeLessThanOrEqual(500);
    expect(starts[6]).toBeGreaterThan(10_000);
  });

  it('gives up a connection that does not open within 15 s', async () => {
    const { listen, connections, time } = service();
    listen(A);
    await time.pass(15_001);
    expect(connections[0]?.closed).toBe(true);
  });

  it('tries at once when it is told to hurry', async () => {
    const { listen, connections, time, push } = service();
    listen(A);
    for (let n = 0; n < 6; n += 1) {
      connections.at(-1)?.close();
      await time.pass(60_000, () => connections.length === n + 2);
    }
    connections.at(-1)?.close();
    await time.pass(0);
    expect(connections).toHaveLength(7);
    push.reconnectNow();
    await time.pass(0);
    expect(connections).toHaveLength(8);
  });

  it('makes no connection for a listener that went while it waited', async () => {
    const { listen, connections, time } = service();
    const a = listen(A);
    connections[0]?.close();
    await time.pass(0);
    a.end();
    await time.pass(60_000);
    expect(connections).toHaveLength(1);
    expect(time.pending()).toBe(0);
  });

  it('is not taken for open when the token does not name the run', async () => {
    const { open, listen, connections } = service({ knows: false });
    const a = listen(A);
    await open();
    expect(a.seen).toEqual(['down']);
    expect(connections[0]?.closed).toBe(true);
  });

  it('ignores messages that are none of ours', async () => {
    const { open, listen, connections } = service();
    const a = listen(A);
    await open();
    for (const odd of [null, 'text', 7, {}, { events: [] }, { events: [null] }, { head: null }]) {
      connections[0]?.handlers.onMessage(odd);
    }
    expect(a.seen).toEqual(['open']);
  });

  it('hears of all runs by the group of the domain, beside the runs of their own', async () => {
    const { log, open, listen, connections } = service();
    listen(A);
    const all = listen(DOMAIN);
    await open();
    expect(log).toEqual([`negotiate ${A}`, 'join default']);
    const change = { events: [{ run_id: B }] };
    connections[0]?.handlers.onMessage(change);
    expect(all.seen).toEqual(['open', JSON.stringify(change)]);
  });

  it('finds a dead connection of a quiet domain, and makes a new one', async () => {
    const { log, open, listen, connections, time } = service({ knows: false });
    const all = listen(DOMAIN);
    await open();
    await time.pass(15_000);
    expect(log).toEqual(['negotiate ', 'join default']);
    Object.assign(connections[0] ?? {}, { join: () => new Promise(() => undefined) });
    await time.pass(25_000);
    expect(all.seen).toEqual(['open', 'down']);
    await time.pass(10_000);
    expect(connections).toHaveLength(2);
  });
});
