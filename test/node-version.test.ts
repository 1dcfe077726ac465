/** What `npm ci` says on a Node that is too old. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../src/dev/node-version.ts', import.meta.url));

const said = (agent: string): string => {
  const env = { ...process.env, npm_config_user_agent: agent };
  const { status, stderr } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
  expect(status).toBe(0);
  return stderr;
};

it.each(['20.19.0', '20.20.2', '22.9.0', '22.18.9'])(
  'says what an old Node %s means',
  (version) => {
    expect(said(`npm/11.19.1 node/v${version} linux x64 workspaces/false`)).toContain(
      `Sluice asks for Node 22.19.0 or later, and this is Node ${version}`,
    );
  },
);

it.each(['22.19.0', '22.21.1', '24.0.0', '100.1.0'])('says nothing on Node %s', (version) => {
  expect(said(`npm/11.19.1 node/v${version} linux x64 workspaces/false`)).toBe('');
});
