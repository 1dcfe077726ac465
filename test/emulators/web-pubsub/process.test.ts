import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebPubSubServiceClient } from '@azure/web-pubsub';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../src/emulators/web-pubsub/main.ts', import.meta.url));

type Ready = { readonly ready: boolean; readonly connectionString: string; readonly url: string };

async function spawnService(env: Record<string, string> = {}): Promise<[ChildProcess, Ready]> {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return [child, JSON.parse(line) as Ready];
}

test('prints one ready line with which the SDK works, and ends when its input closes', async () => {
  const [child, { ready, connectionString, url }] = await spawnService();
  expect(ready).toBe(true);
  expect(connectionString).toMatch(
    /^Endpoint=http:\/\/127\.0\.0\.1:\d+;AccessKey=[\w-]{64};Version=1\.0;$/,
  );
  expect(connectionString).toContain(`Endpoint=${url};`);
  const options = { allowInsecureConnection: true };
  await new WebPubSubServiceClient(connectionString, 'hub', options).sendToAll({ hello: 1 });
  child.stdin?.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('takes its key from the environment, and ends on SIGTERM', async () => {
  const [child, { connectionString }] = await spawnService({
    WEB_PUBSUB_ACCESS_KEY: 'a'.repeat(44),
  });
  expect(connectionString).toContain(`;AccessKey=${'a'.repeat(44)};`);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
