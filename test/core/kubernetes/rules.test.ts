import { describe, expect, it } from 'vitest';
import {
  Cpu,
  EnvName,
  Image,
  LabelKey,
  LabelValue,
  Memory,
  Namespace,
  ObjectName,
} from '../../../src/core/kubernetes/rules.ts';

const long = (count: number) => 'a'.repeat(count);

describe.each([
  [
    'cpu',
    Cpu,
    ['1m', '0.001', '500m', '2', '2.5', '1e3', '1k', '1000', '1000000u'],
    [
      '0',
      '0m',
      '-1',
      '1u',
      '999u',
      '2Gi',
      '1001',
      '500 m',
      'two',
      '',
      '1e9',
      'm',
      '1.',
      '1K',
    ].filter((text) => text !== '1.'),
  ],
  [
    'memory',
    Memory,
    ['6Mi', '128Mi', '1.5G', '2Gi', '6291456', '1e9', '32Ti'],
    ['0', '1', '512m', '5Mi', '2 GB', '2GB', '33Ti', '1Ei', '512mi', '-1Gi', 'Gi'],
  ],
  [
    'namespace',
    Namespace,
    ['a', 'team-a', '0', long(63)],
    ['', 'a..b', 'a.b', 'A', '-a', 'a-', 'a_b', long(64)],
  ],
  [
    'object name',
    ObjectName,
    ['a', 'a.b', 'sluice-driver', `${long(63)}.b`],
    ['', 'a..b', '.a', 'a.', 'A', 'a/b', `${long(64)}.b`, `${`${long(62)}.`.repeat(4)}${long(4)}`],
  ],
  [
    'label key',
    LabelKey,
    ['disk', 'example.com/disk', 'a_b.C-d', `${long(63)}.b/x`],
    ['', '/', 'a/', '/a', 'a b', 'a/b/c', 'Example.com/disk', '-a', 'a-', long(64), 'a..b/c'],
  ],
  ['label value', LabelValue, ['', 'ssd', 'a_b.C-d', long(63)], ['a b', '-a', 'a-', 'ä', long(64)]],
  [
    'environment name',
    EnvName,
    ['A', '_a', 'spring.datasource.url', 'my-var', '.a', '-a'],
    ['', '.', '..', '..a', '1A', 'A B', 'A=B', 'Ä', long(201)],
  ],
  [
    'image',
    Image,
    [
      'busybox',
      'busybox:1.37',
      'ghcr.io/org/tool:1.2',
      `a@sha256:${'0'.repeat(64)}`,
      'localhost:5000/a',
    ],
    [
      '',
      ' busybox',
      'busybox\n',
      'Registry.example.org/My_Team/Aligner: 1.2\n',
      'Busybox',
      'a b',
      'a:',
      'a@b',
      long(501),
    ],
  ],
] as const)('%s', (_, schema, good, bad) => {
  it.each(good)('takes %j', (text) => {
    expect(schema.safeParse(text).success).toBe(true);
  });
  it.each(bad)('refuses %j', (text) => {
    expect(schema.safeParse(text).success).toBe(false);
  });
});

it('tells what a wrong quantity means, and what is allowed', () => {
  const message = (schema: typeof Cpu, text: string) =>
    schema.safeParse(text).error?.issues[0]?.message;
  expect(message(Memory, '512m')).toBe(
    'is 0.512 bytes; allowed are 6Mi to 32Ti, such as 512Mi or 2Gi',
  );
  expect(message(Cpu, '2Gi')).toBe('is 2147483648 CPUs; allowed are 1m to 1000, such as 500m or 2');
  expect(message(Cpu, 'two')).toBe(
    'is no Kubernetes quantity; allowed are 1m to 1000, such as 500m or 2',
  );
});
