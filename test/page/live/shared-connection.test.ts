/** A tab's end of the connection that tabs share. */
import { afterEach, expect, it, vi } from 'vitest';
import { connectShared } from '../../../src/page/live/shared-connection.ts';

/** A worker that the test plays: it notes what the tab sends, and answers what the test says. */
function worker() {
  const sent: string[] = [];
  const channel = new MessageChannel();
  channel.port2.addEventListener('message', ({ data }) =>
    sent.push('group' in data ? `${data.type} ${data.group}` : data.type),
  );
  channel.port2.start();
  class FakeWorker extends EventTarget {
    readonly port = channel.port1;
  }
  vi.stubGlobal('SharedWorker', FakeWorker);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  const heard: string[] = [];
  const connection = connectShared('a caller')({
    negotiate: async () => ({ url: 'ws://localhost', groups: ['d'], expires_at: '' }),
    onOpen: () => heard.push('open'),
    onMessage: () => heard.push('message'),
    onClosed: () => heard.push('closed'),
  });
  const until = (count: number) =>
    vi.waitFor(() => expect(sent.length).toBeGreaterThanOrEqual(count));
  return {
    sent,
    heard,
    connection,
    until,
    tell: (message: object) => channel.port2.postMessage(message),
  };
}

afterEach(() => vi.unstubAllGlobals());

it('joins a group again that was left before it was joined, and stays connected', async () => {
  const { sent, heard, connection, until, tell } = worker();
  await until(1);
  tell({ type: 'opened' });
  const first = connection.join('d.run.r');
  connection.leave('d.run.r');
  const second = connection.join('d.run.r');
  await until(4);
  expect(sent).toEqual(['open', 'join d.run.r', 'leave d.run.r', 'join d.run.r']);
  tell({ type: 'joined', group: 'd.run.r' });
  tell({ type: 'joined', group: 'd.run.r' });
  await Promise.all([first, second]);
  expect(heard).toEqual(['open']);
  connection.close();
  await until(5);
});

it('refuses what waits when the connection is over, once', async () => {
  const { heard, connection, until, tell } = worker();
  await until(1);
  const joining = connection.join('d.run.r');
  tell({ type: 'closed' });
  await expect(joining).rejects.toThrow('closed');
  connection.close();
  expect(heard).toEqual(['closed']);
});
