/** Tabs that share one connection. */
import { expect, it } from 'vitest';
import type { PushHandlers } from '../../../src/client/watch/web-pubsub.ts';
import { createHub } from '../../../src/page/live/hub.ts';
import type { FromWorker } from '../../../src/page/live/messages.ts';

/** A service whose connections the test opens and cuts, and tabs that note what they hear. */
function world() {
  const log: string[] = [];
  const connections: { handlers: PushHandlers; end: () => void }[] = [];
  const hub = createHub((handlers) => {
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      log.push('closed');
      handlers.onClosed();
    };
    connections.push({ handlers, end });
    void handlers.negotiate().then(({ url }) => log.push(`connect ${url}`));
    return {
      join: async (group) => {
        log.push(`join ${group}`);
        if (group === 'forbidden') throw new Error('no');
      },
      leave: (group) => log.push(`leave ${group}`),
      close: end,
    };
  });
  const tab = () => {
    const heard: string[] = [];
    const send = hub.add((message: FromWorker) =>
      heard.push('group' in message ? `${message.type} ${message.group}` : message.type),
    );
    return { heard, send };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const open = async () => {
    connections.at(-1)?.handlers.onOpen();
    await settle();
  };
  return { log, connections, tab, open, settle };
}

it('connects with the first tab, and joins for the second what it is not yet in', async () => {
  const { log, connections, tab, open, settle } = world();
  const [first, second] = [tab(), tab()];
  first.send({ type: 'open', url: 'one', groups: ['d'] });
  second.send({ type: 'open', url: 'two', groups: ['d', 'd.run.r'] });
  await open();
  expect(connections).toHaveLength(1);
  expect(log).toEqual(['connect one', 'join d.run.r']);
  expect([first.heard, second.heard]).toEqual([['opened'], ['opened']]);
  connections[0]?.handlers.onMessage({});
  await settle();
  expect([first.heard, second.heard]).toEqual([
    ['opened', 'message'],
    ['opened', 'message'],
  ]);
});

it('leaves a group with its last tab, and closes with the last of all', async () => {
  const { log, tab, open, settle } = world();
  const [first, second] = [tab(), tab()];
  first.send({ type: 'open', url: 'one', groups: ['d'] });
  await open();
  second.send({ type: 'open', url: 'two', groups: ['d'] });
  await settle();
  second.send({ type: 'join', group: 'd.run.r' });
  await settle();
  expect(second.heard).toEqual(['opened', 'joined d.run.r']);
  second.send({ type: 'leave_all' });
  expect(log).toEqual(['connect one', 'join d.run.r', 'leave d.run.r']);
  first.send({ type: 'leave_all' });
  await settle();
  expect(log.slice(3)).toEqual(['leave d', 'closed']);
});

it('tells every tab of a lost connection, and makes a new one for the first that comes back', async () => {
  const { log, connections, tab, open, settle } = world();
  const [first, second] = [tab(), tab()];
  for (const { send } of [first, second]) send({ type: 'open', url: 'one', groups: ['d'] });
  await open();
  connections[0]?.end();
  await settle();
  expect([first.heard.at(-1), second.heard.at(-1)]).toEqual(['closed', 'closed']);
  const again = tab();
  again.send({ type: 'open', url: 'three', groups: ['d'] });
  await open();
  expect(connections).toHaveLength(2);
  expect(log).toEqual(['connect one', 'closed', 'connect three']);
  expect(again.heard).toEqual(['opened']);
});

it('refuses a group to the tab that asked for it, and tries it anew for the next', async () => {
  const { log, tab, open, settle } = world();
  const first = tab();
  first.send({ type: 'open', url: 'one', groups: ['d'] });
  await open();
  for (let turn = 0; turn < 2; turn += 1) {
    first.send({ type: 'join', group: 'forbidden' });
    await settle();
  }
  expect(first.heard).toEqual(['opened', 'not_joined forbidden', 'not_joined forbidden']);
  expect(log).toEqual(['connect one', 'join forbidden', 'join forbidden']);
});

it('keeps the other tabs connected when one may not join what it asks for', async () => {
  const { log, tab, open, settle } = world();
  const [first, second] = [tab(), tab()];
  first.send({ type: 'open', url: 'one', groups: ['d'] });
  await open();
  second.send({ type: 'open', url: 'two', groups: ['forbidden'] });
  await settle();
  expect([first.heard, second.heard]).toEqual([['opened'], ['closed']]);
  expect(log).toEqual(['connect one', 'join forbidden']);
});

it('ends a connection that does not open for those who wait for it', async () => {
  const { connections, tab, settle } = world();
  const [first, second] = [tab(), tab()];
  for (const { send } of [first, second]) send({ type: 'open', url: 'one', groups: ['d'] });
  connections[0]?.end();
  await settle();
  expect([first.heard, second.heard]).toEqual([['closed'], ['closed']]);
});
