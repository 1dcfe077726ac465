/** What the API refuses, in its words. */
import { expect, it } from 'vitest';
import { job, newName, type StatusBody } from './client.ts';
import type { Subject } from './suite.ts';

type Draft = Record<string, unknown>;

const without = (name: string, change: (spec: Draft) => void): Draft => {
  const draft = job(name, 'true', { spec: { suspend: true } });
  change(draft.spec.template.spec);
  return draft;
};

export function refusalTests(subject: Subject): void {
  const post = (body: unknown, query = '') =>
    subject.client.ask<StatusBody>('POST', `${subject.client.jobs()}${query}`, body);

  it('objects that break the rules are 422, and the cause names the field', async () => {
    const long = 'a'.repeat(64);
    const labelled = job('x', 'true', { labels: { a: 'b c' } });
    const cases: [draft: Draft, field: string, message: RegExp][] = [
      [job(long, 'true'), 'spec.template.labels', /must be no more than 63 characters/],
      [job('Upper_Case', 'true'), 'metadata.name', /a lowercase RFC 1123 subdomain must consist/],
      [labelled, 'metadata.labels', /a valid label must be an empty string or consist of/],
      [
        without('x', (spec) => delete spec['restartPolicy']),
        'spec.template.spec.restartPolicy',
        /^Job\.batch "x" is invalid: spec\.template\.spec\.restartPolicy: Required value: valid values: "OnFailure", "Never"$/,
      ],
      [
        without('x', (spec) => delete spec['containers']),
        'spec.template.spec.containers',
        /^Job\.batch "x" is invalid: spec\.template\.spec\.containers: Required value$/,
      ],
      [
        { apiVersion: 'batch/v1', kind: 'Job', metadata: {}, spec: job('', 'true').spec },
        'metadata.name',
        /name or generateName is required$/,
      ],
      [
        job('x', 'true', { container: { volumeMounts: [{ name: 'none', mountPath: '/x' }] } }),
        'spec.template.spec.containers[0].volumeMounts[0].name',
        /Not found: "none"/,
      ],
      [
        job('x', 'true', { spec: { backoffLimit: -1 } }),
        'spec.backoffLimit',
        /greater than or equal to 0/,
      ],
    ];
    for (const [draft, field, message] of cases) {
      const { status, body } = await post(draft);
      expect(status, field).toBe(422);
      expect(body).toMatchObject({
        kind: 'Status',
        status: 'Failure',
        reason: 'Invalid',
        code: 422,
      });
      expect(body.details).toMatchObject({ group: 'batch', kind: 'Job' });
      expect(body.details?.causes?.map((cause) => cause.field)).toContain(field);
      expect(body.message).toMatch(message);
    }
  });

  it('bodies that cannot be read are 400, with what was read', async () => {
    const wrongType = job('x', 'true') as unknown as { spec: Draft };
    wrongType.spec['suspend'] = 'yes';
    const cases: [body: unknown, message: RegExp][] = [
      ['xx', /couldn't get version\/kind; json parse error: invalid character 'x' looking for/],
      [
        wrongType,
        /^Job in version "v1" cannot be handled as a Job: json: cannot unmarshal string into Go struct field JobSpec\.spec\.suspend of type bool$/,
      ],
      [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }, /cannot be handled as a Job/],
      [
        { ...job('x', 'true'), metadata: { name: 'x', namespace: 'another' } },
        /^the namespace of the provided object does not match the namespace sent on the request$/,
      ],
    ];
    for (const [body, message] of cases) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.body.reason).toBe('BadRequest');
      expect(answer.body.message).toMatch(message);
    }
  });

  it('unknown fields are dropped with a warning', async () => {
    const { client } = subject;
    const name = newName('unknown');
    const draft = job(name, 'true', { spec: { suspend: true } }) as unknown as { spec: Draft };
    draft.spec['color'] = 'red';
    const warned = await post(draft);
    expect(warned.status).toBe(201);
    expect(warned.headers['warning']).toBe('299 - "unknown field \\"spec.color\\""');
    expect(warned.text).not.toContain('color');
    await client.deleteJob(name);
  });

  it('what may not change is refused: the template, the completions, the uid; a stale version conflicts', async () => {
    const { client } = subject;
    const name = newName('fixed');
    await client.createJob(job(name, 'true', { spec: { suspend: true } }));
    const cases: [patch: unknown, field: string][] = [
      [{ spec: { template: { spec: { terminationGracePeriodSeconds: 9 } } } }, 'spec.template'],
      [{ spec: { completions: 4 } }, 'spec.completions'],
      [{ metadata: { uid: 'another' } }, 'metadata.uid'],
    ];
    for (const [patch, field] of cases) {
      const { status, body } = await client.patchJob<StatusBody>(name, patch);
      expect(status, field).toBe(422);
      expect(body.details?.causes?.map((cause) => cause.field)).toContain(field);
      expect(body.message).toContain('field is immutable');
    }
    const stale = await client.patchJob<StatusBody>(name, {
      metadata: { resourceVersion: '1', labels: { a: 'b' } },
    });
    expect(stale.status).toBe(409);
    expect(stale.body).toMatchObject({
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on jobs.batch "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      details: { name, group: 'batch', kind: 'jobs' },
    });
    await client.deleteJob(name);
  });

  it('both kinds of patch change labels; other types are 415, other texts 400', async () => {
    const { client } = subject;
    const name = newName('kinds');
    await client.createJob(
      job(name, 'true', { spec: { suspend: true }, labels: { a: '1', b: '1' } }),
    );
    const labels = async (patch: unknown, kind: string) =>
      (await client.patchJob(name, patch, kind)).body.metadata?.labels;
    expect(await labels({ metadata: { labels: { a: null, c: '1' } } }, 'merge-patch')).toEqual({
      b: '1',
      c: '1',
    });
    expect(await labels({ metadata: { labels: { 'e/f': '1' } } }, 'merge-patch')).toEqual({
      b: '1',
      c: '1',
      'e/f': '1',
    });
    const operations = [
      { op: 'test', path: '/metadata/labels/c', value: '1' },
      { op: 'replace', path: '/metadata/labels/e~1f', value: '2' },
    ];
    expect(await labels(operations, 'json-patch')).toEqual({ b: '1', c: '1', 'e/f': '2' });
    const added = [{ op: 'replace', path: '/metadata/labels/g', value: '1' }];
    expect(await labels(added, 'json-patch')).toMatchObject({ g: '1' });
    const failed = [{ op: 'replace', path: '/metadata/none/a', value: '1' }];
    expect((await client.patchJob(name, failed, 'json-patch')).status).toBe(422);
    const other = await client.ask('PATCH', client.jobs(name), {}, 'application/json');
    expect(other.body).toMatchObject({ reason: 'UnsupportedMediaType', code: 415 });
    const text = await client.ask('PATCH', client.jobs(name), '{', 'application/merge-patch+json');
    expect(text.body).toMatchObject({
      message: 'error decoding patch: unexpected end of JSON input',
      code: 400,
    });
    await client.deleteJob(name);
  });

  it('an immutable ConfigMap stays as it is, and odd keys are refused', async () => {
    const { client } = subject;
    const name = newName('immutable');
    const path = client.objects('configmaps');
    const object = { metadata: { name }, data: { a: 'b' }, immutable: true };
    expect((await client.ask('POST', path, object)).status).toBe(201);
    const patched = await client.ask<StatusBody>(
      'PATCH',
      client.objects('configmaps', name),
      { data: { a: 'c' } },
      'application/merge-patch+json',
    );
    expect(patched.status).toBe(422);
    expect(patched.body.message).toBe(
      `ConfigMap "${name}" is invalid: data: Forbidden: field is immutable when \`immutable\` is set`,
    );
    const odd = await client.ask<StatusBody>('POST', path, {
      metadata: { name: 'odd' },
      data: { 'a/b': 'c' },
    });
    expect(odd.body.details?.causes?.[0]?.field).toBe('data[a/b]');
    await client.ask('DELETE', client.objects('configmaps', name));
  });

  it('what is not there is said in the same shape: objects, namespaces, resources, methods', async () => {
    const { client } = subject;
    const absent = await client.ask('GET', client.jobs('absent'));
    expect(absent.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'jobs.batch "absent" not found',
      reason: 'NotFound',
      details: { name: 'absent', group: 'batch', kind: 'jobs' },
      code: 404,
    });
    const elsewhere = '/apis/batch/v1/namespaces/no-such-namespace/jobs';
    const created = await client.ask('POST', elsewhere, job('x', 'true'));
    expect(created.body).toMatchObject({
      message: 'namespaces "no-such-namespace" not found',
      details: { name: 'no-such-namespace', kind: 'namespaces' },
      code: 404,
    });
    const listed = await client.ask('GET', elsewhere);
    expect(listed.body).toMatchObject({ kind: 'JobList', items: [] });
    const resource = await client.ask('GET', '/apis/batch/v1/nothing');
    expect(resource.body).toMatchObject({ reason: 'NotFound', code: 404 });
    const method = await client.ask('PUT', client.jobs());
    expect(method.body).toMatchObject({ reason: 'MethodNotAllowed', code: 405 });
  });
}
