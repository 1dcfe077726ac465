/** Names in their full form, globs over them, and what a policy makes of both. */
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../src/core/access/glob.ts';
import { Policy } from '../../../src/core/access/policy.ts';
import { repositoryName } from '../../../src/core/access/repository.ts';
import { imageReference } from '../../../src/core/kubernetes/image.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('imageReference', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['busybox:1.37', 'docker.io/library/busybox:1.37'],
    ['docker.io/busybox:1.37', 'docker.io/library/busybox:1.37'],
    ['index.docker.io/library/busybox:1.37', 'docker.io/library/busybox:1.37'],
    ['nextflow/nextflow:25.10.2', 'docker.io/nextflow/nextflow:25.10.2'],
    ['ghcr.io/acme/tool', 'ghcr.io/acme/tool:latest'],
    ['GHCR.io/acme/tool:v1', 'ghcr.io/acme/tool:v1'],
    ['localhost/x:1', 'localhost/x:1'],
    ['localhost:5000/x', 'localhost:5000/x:latest'],
    ['registry.example.org:5000/a/b/c:2', 'registry.example.org:5000/a/b/c:2'],
    ['[::1]:5000/x:1', '[::1]:5000/x:1'],
    [`busybox@${DIGEST}`, `docker.io/library/busybox@${DIGEST}`],
    // The digest decides what is pulled; a tag beside it says nothing.
    [`busybox:1.37@${DIGEST}`, `docker.io/library/busybox@${DIGEST}`],
    [`localhost:5000/x:1@${DIGEST}`, `localhost:5000/x@${DIGEST}`],
  ])('makes %s to %s', (text, full) => {
    expect(imageReference(text)).toBe(full);
  });

  it.each([
    '',
    'Busybox',
    'a//b',
    'a/../b',
    'busybox:',
    'busybox@sha256:1',
    'x y',
    'a/b:c/d:e',
    '/x',
    'x/',
  ])('takes %j for no reference', (text) => {
    expect(imageReference(text)).toBeUndefined();
  });
});

describe('repositoryName', () => {
  it.each([
    ['nf-core/rnaseq', 'github.com/nf-core/rnaseq'],
    ['https://github.com/nf-core/rnaseq', 'github.com/nf-core/rnaseq'],
    ['https://GitHub.com/nf-core/rnaseq.git', 'github.com/nf-core/rnaseq'],
    ['https://me:secret@github.com/nf-core/rnaseq/', 'github.com/nf-core/rnaseq'],
    ['github.com/nf-core/rnaseq', 'github.com/nf-core/rnaseq'],
    ['git@github.com:nf-core/rnaseq.git', 'github.com/nf-core/rnaseq'],
    ['ssh://git@git.example.org:22/a/b', 'git.example.org:22/a/b'],
    // The host is what stands behind the user, whatever the user is called.
    ['https://github.com@evil.example/nf-core/rnaseq', 'evil.example/nf-core/rnaseq'],
    ['/pipelines/main.nf', '/pipelines/main.nf'],
    ['file:///pipelines/main.nf', '/pipelines/main.nf'],
  ])('makes %s to %s', (text, name) => {
    expect(repositoryName(text)).toBe(name);
  });

  it.each([
    'hello',
    './main.nf',
    '../x/main.nf',
    '/pipelines/../home/main.nf',
    'https://github.com/nf-core/../evil/x',
    'https://github.com/nf-core/%2e%2e/evil/x',
    'https://github.com\\@evil.example/a/b',
    's3://bucket/main.nf',
    'a/b/c',
    '//host/x',
  ])('does not judge %s', (text) => {
    expect(repositoryName(text)).toBeUndefined();
  });
});

describe('matchesGlob', () => {
  it.each([
    ['docker.io/library/*', 'docker.io/library/busybox:1.37', true],
    ['docker.io/library/*', 'docker.io/library/x/y:1', false],
    ['ghcr.io/acme/**', 'ghcr.io/acme/x/y:1', true],
    ['ghcr.io/acme/**', 'ghcr.io/acme-evil/x:1', false],
    ['**', 'anything/at:all', true],
    ['*', 'a/b', false],
    ['a/?/c', 'a/b/c', true],
    ['a?c', 'a/c', false],
    ['a.c', 'abc', false],
    ['(a+)+$', 'aaaa', false],
    ['a**b*c', 'a/x/b-c', true],
    ['', '', true],
    ['', 'a', false],
  ])('%s and %s: %s', (glob, text, want) => {
    expect(matchesGlob(glob, text)).toBe(want);
  });

  it('carries no more places along than the glob has, whatever it says', () => {
    // A matcher that goes back would never come to an end here.
    expect(matchesGlob(`${'*a'.repeat(140)}b`, 'a'.repeat(500))).toBe(false);
    expect(matchesGlob(`${'**a'.repeat(90)}b`, 'a/'.repeat(250))).toBe(false);
  });
});

describe('a policy', () => {
  const fits = (change: object): boolean =>
    Policy.safeParse({ catalogue_only: false, lanes: 'any', ...change }).success;

  it('refuses globs that fit no full name, and any beyond a hundred', () => {
    expect(
      fits({
        images: ['docker.io/library/busybox:*', '*.azurecr.io/**', '**', 'localhost:5000/*'],
      }),
    ).toBe(true);
    expect(fits({ images: ['busybox:*'] })).toBe(false);
    expect(fits({ images: ['library/busybox'] })).toBe(false);
    expect(fits({ repositories: ['github.com/nf-core/*', '/pipelines/**'] })).toBe(true);
    expect(fits({ repositories: ['nf-core/*'] })).toBe(false);
    expect(fits({ images: Array.from({ length: 101 }, () => '**') })).toBe(false);
  });
});
