/** What requests and entries say of their kind: by its key, by aliases, by `kind`. */
import { describe, expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';

const IMAGE = { image: 'busybox:1.37' };

/** The refused fields with what is said of them; none for what is taken. */
const faults = (schema: typeof RunRequest | typeof Pipeline, body: object): string[] =>
  (schema.safeParse(body).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );

describe('a request', () => {
  test.each([
    [{ nextflow: { revision: '3.14.0', profile: 'test', work_dir: '/w' } }],
    [{ nextflow: {} }],
    [{ revision: '3.14.0', profile: 'test', work_dir: '/w' }],
    [{ revision: '3.14.0', nextflow: { revision: '3.14.0', profile: 'test' } }],
    [{ kind: 'nextflow', nextflow: { revision: 'a' } }],
    [{ container: IMAGE, revision: null, nextflow: null, work_dir: '' }],
    [{ kind: 'shell', shell: { script: 'true' } }],
  ])('is taken: %j', (more) => {
    expect(faults(RunRequest, { pipeline: 'x', ...more })).toEqual([]);
  });

  test.each([
    [
      'two kinds',
      { container: IMAGE, shell: { script: 'true' } },
      ['shell is for kind shell, but container is for kind container'],
    ],
    [
      'a kind that its key contradicts',
      { kind: 'nextflow', container: IMAGE },
      ['container is for kind container, but kind is nextflow'],
    ],
    [
      'an alias of another kind than that of its key',
      { container: IMAGE, revision: 'main' },
      ['revision is for kind nextflow, but container is for kind container'],
    ],
    [
      'an alias of another kind than it says',
      { kind: 'shell', profile: 'test' },
      ['profile is for kind nextflow, but kind is shell'],
    ],
    [
      'two values for one field',
      { revision: 'a', nextflow: { revision: 'b' } },
      [
        'revision is another value than that of nextflow.revision; one of them is enough',
        'nextflow.revision is another value than that of revision; one of them is enough',
      ],
    ],
  ])('is refused with %s, by the names that it uses', (_, more, expected) => {
    expect(faults(RunRequest, { pipeline: 'x', ...more })).toEqual(expected);
  });

  test.each([
    ['revision', { revision: 'a..b' }],
    ['nextflow.revision', { nextflow: { revision: 'a..b' } }],
    ['work_dir', { work_dir: '-w' }],
    ['nextflow.work_dir', { nextflow: { work_dir: '@x' } }],
  ])('has its %s checked where it stands', (field, more) => {
    expect(faults(RunRequest, { pipeline: 'x', ...more })).toEqual([
      expect.stringContaining(`${field} must`),
    ]);
  });
});

describe('an entry', () => {
  const OWN = { source: 'nf-core/rnaseq', revision: '3.14.0' };
  const stored = (more: object): unknown => Pipeline.parse({ name: 'x', ...more });

  test.each([
    [{ nextflow: OWN }],
    [{ kind: 'nextflow', ...OWN }],
    [OWN],
    [{ source: OWN.source, nextflow: { revision: OWN.revision } }],
    [{ ...OWN, container: null }],
  ])('is stored in one shape, however it is written: %j', (more) => {
    const entry = stored(more);
    expect(entry).toMatchObject({
      kind: 'nextflow',
      nextflow: { ...OWN, profile: null, work_dir: null, plugins: null },
    });
    expect(Object.keys(entry as object)).not.toContain('source');
    expect(stored(entry as object)).toEqual(entry);
  });

  test('names what it leaves to requests by the fields of its kind', () => {
    const overridable = ['revision', 'nextflow.revision', 'work_dir', 'lane'];
    expect(stored({ nextflow: OWN, overridable })).toMatchObject({
      overridable: ['nextflow.revision', 'nextflow.work_dir', 'lane'],
    });
    expect(faults(Pipeline, { name: 'x', container: IMAGE, overridable: ['revision'] })).toEqual([
      'overridable.0 is revision, which is not of kind container',
    ]);
  });

  test.each([
    ['kind', {}],
    ['container.image', { container: {} }],
    ['nextflow.source', { kind: 'nextflow' }],
    ['shell.script', { shell: { shell: '/bin/bash' } }],
    ['container', { nextflow: OWN, container: IMAGE, kind: 'nextflow' }],
  ])('is refused for its %s', (field, more) => {
    expect(faults(Pipeline, { name: 'x', ...more })).toEqual([
      expect.stringMatching(new RegExp(`^${field.replace('.', '\\.')} `)),
    ]);
  });
});
