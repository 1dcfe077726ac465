/** What the manifests and the Containerfile say of the container, against what runs in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAllYaml, type V1StatefulSet } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { UNSENT_BYTES_MAX, WAITING_BYTES_MAX } from '../../src/adapters/sqlite/server/limits.ts';
import { FRAME_BYTES_MAX } from '../../src/adapters/sqlite/wire/packet.ts';
import { ROOT, STANDALONE } from '../../src/build/build.ts';
import { DELAYED_BYTES_MAX, HELD_BYTES_MAX } from '../../src/emulators/web-pubsub/limits.ts';
import {
  DRAIN_MS,
  HOST_END_MS,
  HOST_HEAP_MB,
  PART_END_MS,
  STORAGE_MB,
  WEB_PUBSUB_HEAP_MB,
} from '../../src/standalone/limits.ts';

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const [set] = loadAllYaml(textOf('k8s-manifests/standalone/stateful-set.yaml')) as V1StatefulSet[];
const pod = set?.spec?.template.spec;
const container = pod?.containers[0];
const steps = textOf('k8s-manifests/standalone/Containerfile')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line))
  .map((line) => line.split(' '));
const step = (name: string): string[] | undefined =>
  steps.find(([first]) => first === name)?.slice(1);

it('has an image that copies one folder, and runs as a numeric user who may change nothing of it', () => {
  expect(steps.map(([name]) => name)).not.toContain('RUN');
  expect(step('COPY')).toEqual(['--chown=0:0', '.', '/app']);
  expect(step('USER')).toEqual(['65532:65532']);
  expect(textOf('k8s-manifests/standalone/Containerfile')).toContain(STANDALONE.slice(ROOT.length));
  const version = (JSON.parse(textOf('package.json')) as { devDependencies: { node: string } })
    .devDependencies.node;
  expect(step('FROM')?.[0]).toBe(`docker.io/library/node:${version.split('.')[0]}-slim`);
  expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65_532 });
  expect(container?.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

it('leaves its parts time to end, and room for all that they may keep', () => {
  const endMs = DRAIN_MS + HOST_END_MS + 2 * PART_END_MS;
  expect((pod?.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(endMs);
  expect(container?.resources?.limits?.['memory']).toBe('2Gi');
  const kept = (HELD_BYTES_MAX + DELAYED_BYTES_MAX) / 2 ** 20;
  const waiting = 2 * (2 * WAITING_BYTES_MAX) + FRAME_BYTES_MAX;
  expect((UNSENT_BYTES_MAX + waiting) / 2 ** 20 + 32).toBeLessThanOrEqual(STORAGE_MB);
  // And what Node takes beside its heap, in each of the four.
  expect(HOST_HEAP_MB + WEB_PUBSUB_HEAP_MB + kept + STORAGE_MB + 4 * 100).toBeLessThan(2_048);
});

it('is asked by probes at paths that the host answers also when it is full', () => {
  expect(container?.livenessProbe?.httpGet?.path).toBe('/health/live');
  expect(container?.readinessProbe?.httpGet?.path).toBe('/health/ready');
  expect(textOf('src/standalone/runtime.ts')).toContain("['/health/live', '/health/ready']");
});
