/** The kind `shell`: a script as a file of the run, and the program that runs it. */
import { describe, expect, test } from 'vitest';
import { Target } from '../../../src/core/kinds/target.ts';
import { buildJob } from '../../../src/core/runs/build-manifest.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { settle } from '../../../src/engine/commands/launch.ts';
import { shellLaunch } from '../support/launch.ts';

const target = Target.parse({ name: 'default', shell_image: 'busybox:1.37' });

type Driver = {
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: object;
};

function built(own: Parameters<typeof shellLaunch>[0], at = target) {
  const run_id = 'r01jqk3v9x2abcde';
  const launch = settle(shellLaunch(own, { params: '{"n":1}' }), at);
  const input = { run_id, domain: 'default', attempt: 1, name: run_id, nonce: 'abc' };
  const { job, config } = buildJob({ ...input, launch, target: at });
  const template = job.spec['template'] as { spec: { containers: [Driver] } };
  return { driver: template.spec.containers[0], config };
}

describe('a shell script', () => {
  test('is a file as it was written, beside the params', () => {
    const script = '#!/bin/sh\necho "$(date) $HOME" \\\n  "${x}"\n';
    const { config } = built({ script });
    expect(config.files).toEqual({ script, 'params.json': '{"n":1}' });
  });

  test.each([
    [{}, 'busybox:1.37', '/bin/sh'],
    [{ image: 'bash:5' }, 'bash:5', '/bin/sh'],
    [{ shell: '/usr/bin/python3' }, 'busybox:1.37', '/usr/bin/python3'],
  ])('with %j runs in %s by %s', (own, image, shell) => {
    expect(built(own).driver).toMatchObject({ image, command: [shell, '/etc/sluice/script'] });
  });

  test('has environment and resources like a container', () => {
    const { driver } = built({ env: { A: '$(B)' }, resources: { cpu: '2', memory: '2Gi' } });
    expect(driver.env).toContainEqual({ name: 'A', value: '$$(B)' });
    expect(driver.env).toContainEqual({
      name: 'SLUICE_PARAMS_FILE',
      value: '/etc/sluice/params.json',
    });
    expect(driver.resources).toEqual({
      requests: { cpu: '2', memory: '2Gi' },
      limits: { memory: '2Gi' },
    });
  });

  test.each(['SLUICE_RUN_ID', 'SLUICE_ATTEMPT', 'SLUICE_PARAMS_FILE'])(
    'refuses %s, which every driver has from Sluice',
    (name) => {
      const request = { pipeline: 'p', shell: { script: 'true', env: { [name]: 'mine' } } };
      expect(RunRequest.safeParse(request).error?.issues[0]?.path).toEqual(['shell', 'env', name]);
    },
  );

  test('without an image is refused where its target has none', () => {
    const bare = Target.parse({ name: 'default' });
    expect(() => built({}, bare)).toThrow(
      /^shell\.image is required: the target has no shell_image/,
    );
    expect(built({ image: 'bash:5' }, bare).driver.image).toBe('bash:5');
  });

  test.each([
    ['script', '', 'must not be empty'],
    ['script', ' \n\t', 'must not be empty'],
    ['script', 'a\u0000b', 'must not contain control characters'],
    ['script', 'ä'.repeat(65_537), 'is larger than 131072 bytes of UTF-8'],
    ['shell', 'bash', 'must be the path of a program, such as /bin/bash'],
    ['shell', '/bin/bash -e', 'must be the path of a program, such as /bin/bash'],
    ['shell', '/bin/', 'must be the path of a program, such as /bin/bash'],
  ])('is refused with a %s that cannot be run (%#)', (field, value, message) => {
    const shell = { script: 'true', [field]: value };
    const issues = RunRequest.safeParse({ pipeline: 'x', shell }).error?.issues;
    expect(issues).toMatchObject([{ path: ['shell', field], message }]);
  });

  test('may be as large as it may be', () => {
    const shell = { script: 'ä'.repeat(65_536) };
    expect(RunRequest.safeParse({ pipeline: 'x', shell }).success).toBe(true);
  });
});
