/** An address for live events, and the client that uses it, at the Web PubSub emulator. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPush as createAzurePush } from '../../../src/adapters/azure/push.ts';
import { defaultRuntime } from '../../../src/client/runtime.ts';
import { createPush as createClientPush } from '../../../src/client/watch/push.ts';
import { connectWebPubSub, type Negotiated } from '../../../src/client/watch/web-pubsub.ts';
import { HUB, start } from '../../emulators/web-pubsub/support.ts';
import { PATIENCE } from '../../support/patience.ts';
import { memoryWorld } from '../../support/world.ts';
import { apiOn, JOB, openDomain } from '../support.ts';

const LONGEST = 'd'.repeat(63);

/** An API whose live events go through the emulator, and the runs of a domain. */
async function live(domain: string) {
  const service = await start();
  const memory = memoryWorld();
  const push = createAzurePush({ connectionString: service.connectionString }, HUB);
  const api = { ...memory, ...apiOn({ ...memory.world, push }) };
  const { token } = await openDomain(api, domain, ['run']);
  const runIds: string[] = [];
  for (let run = 0; run < 50; run += 1) {
    runIds.push((await api.call('/api/v1/runs', { token, body: JOB })).json.run_id);
  }
  const negotiate = async (run_ids: readonly string[]): Promise<Negotiated> =>
    (await api.call('/api/v1/negotiate', { token, body: { run_ids } })).json;
  return { service, push, runIds, negotiate };
}

describe('an address for many runs', () => {
  it.each([
    ['other', 50],
    [LONGEST, 22],
  ])('has a token below 4 KiB, with as many as fit: %s', async (domain, count) => {
    const { negotiate, runIds } = await live(domain);
    const { url, groups } = await negotiate(runIds);
    expect(new URL(url).searchParams.get('access_token')?.length).toBeLessThan(4_096);
    expect(groups).toEqual(runIds.slice(0, count).map((id) => `${domain}.run.${id}`));
  });

  it('lets the client join the rest, and none is missed', async () => {
    const { service, push, negotiate, runIds } = await live(LONGEST);
    const client = createClientPush({
      connect: connectWebPubSub,
      negotiate,
      runtime: defaultRuntime,
    });
    const open = new Set<string>();
    const heard = new Set<string>();
    for (const id of runIds) {
      const end = client.subscribe(id, {
        onOpen: () => open.add(id),
        onDown: () => open.delete(id),
        onMessage: () => heard.add(id),
      });
      onTestFinished(end);
    }
    await vi.waitUntil(() => open.size === runIds.length, PATIENCE);
    expect(service.connections()).toHaveLength(1);
    for (const run_id of runIds) {
      await push.send(`${LONGEST}.run.${run_id}`, {
        head: { run_id, last_seq: 1, complete: false },
      });
    }
    await vi.waitUntil(() => heard.size === runIds.length, PATIENCE);
  });
});
