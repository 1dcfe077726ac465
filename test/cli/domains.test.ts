/** Domains, the audit log, and what keeps or deletes single runs, by the command line. */
import { expect, test } from 'vitest';
import { tickUntil } from '../support/world.ts';
import { commandLine, openCommandLine } from './support.ts';

const CONTAINER = ['--image', 'busybox:1.37', '--', 'true'];

test('a domain is made, changed field by field, shown with what it uses, and deleted', async () => {
  const { run } = commandLine();
  const made = await run('domains', 'set', 'acme', '--live-runs', '3', '--runs-days', '30');
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/live runs +0 of 3/) });
  await run('domains', 'set', 'acme', '--queued-runs', '9', '--live-runs', 'none');
  const [shown] = (await run('domains', 'acme', '--json')).json;
  expect(shown).toMatchObject({ quotas: { queued_runs: 9 }, retention: { runs_days: 30 } });
  expect(shown?.['quotas']).not.toHaveProperty('live_runs');
  expect((await run('domains')).out).toContain('acme');
  expect(await run('domains', 'set', 'acme')).toMatchObject({ code: 2 });
  expect(await run('domains', 'set', 'acme', '--live-runs', 'many')).toMatchObject({ code: 2 });
  expect(await run('domains', 'delete', 'acme')).toMatchObject({ code: 0 });
});

test('the audit log tells who did what to what', async () => {
  const { run } = commandLine();
  await run('lanes', 'set', 'gpu', '--capacity', '2');
  const { out } = await run('audit', '--since', '1h');
  expect(out).toMatch(/root\tputLane\tlane gpu\tdone 20\d/);
  expect((await run('audit', '--json')).json).toMatchObject([{ operation: 'putLane' }]);
});

test('a run is held, let go, and deleted once it is over', async () => {
  const { run, memory } = await openCommandLine();
  await run('lanes', 'set', 'default', '--pause');
  const id = (await run('run', 'x', ...CONTAINER)).out.trim();
  expect(await run('delete', id)).toMatchObject({
    code: 1,
    err: expect.stringContaining('cancel it first'),
  });
  await run('cancel', id);
  expect(await run('hold', id, '--reason', 'paper')).toMatchObject({ code: 0 });
  expect((await run('show', id, '--json')).json).toMatchObject([{ hold: { reason: 'paper' } }]);
  const held = async () => (await run('delete', id)).err.includes('held');
  await tickUntil(memory.world, memory.clock, held);
  expect(await run('hold', id, '--end')).toMatchObject({ code: 0 });
  expect(await run('delete', id)).toMatchObject({ code: 0 });
  expect(await run('show', id)).toMatchObject({ code: 1 });
});

test('a secret is named by its Secret and key, or by its key in the vault', async () => {
  const { run } = await openCommandLine();
  await run('lanes', 'set', 'default', '--pause');
  const refused = await run('run', 'x', '--secret-env', 'PASSWORD=team/password', ...CONTAINER);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.err).toContain('container.secret_env.PASSWORD.secret: is team');
  const vault = await run('run', 'x', '--secret-env', 'TOKEN=token', ...CONTAINER);
  expect(vault.err).toContain('container.secret_env.TOKEN.vault_key');
});
