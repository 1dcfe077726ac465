/** Starting runs as callers of the original service do. */
import { describe, expect, it } from 'vitest';
import { whileWaiting } from '../wait.ts';
import { BASE, run, withHello } from './support.ts';

describe('POST /run', () => {
  it('starts, then attaches; both are 200 with the old shape', async () => {
    const api = await withHello();
    const first = await run(api, {
      workdir: null,
      parameters: { subject: 'x' },
      triggered_by: 'page',
    });
    expect(first).toMatchObject({ status: 200, json: { attached: false, status: 'starting' } });
    expect(Object.keys(first.json).sort()).toEqual([
      'attached',
      'job_name',
      'run_id',
      'status',
      'websocket_url',
    ]);
    expect(first.json.job_name).toBe(first.json.run_id);
    expect(first.json.websocket_url).toMatch(/^wss:\/\/.*access_token=/);
    const second = await run(api, { parameters: { other: true } });
    expect(second.json).toMatchObject({ run_id: first.json.run_id, attached: true });
    const stored = await api.call(`/api/v1/runs/${first.json.run_id}`);
    expect(stored.json).toMatchObject({
      lane: 'default',
      params: { subject: 'x' },
      triggered_by: 'page',
    });
  });

  it('takes revision and profile out of the parameters, and leaves out what has no meaning', async () => {
    const api = await withHello();
    const { json } = await run(api, {
      pipeline: 'org/flow',
      parameters: { revision: 'v1', profile: 'test', resume: true, 'with-docker': false, n: 1 },
    });
    const stored = await api.call(`/api/v1/runs/${json.run_id}`);
    expect(stored.json).toMatchObject({
      kind: 'nextflow',
      revision: 'v1',
      profile: 'test',
      params: { n: 1 },
    });
  });

  it.each([
    'nf-core/rnaseq',
    'https://github.com/NF-core/rnaseq',
    'git@github.com:nf-core/sarek',
    'gh:nf-core/x',
    'nf-co.re/x',
    'https://nf-co.re/x',
  ])('gives %s an outdir when it has none', async (pipeline) => {
    const api = await withHello();
    const without = await run(api, { pipeline });
    const stored = await api.call(`/api/v1/runs/${without.json.run_id}`);
    expect(stored.json.params).toEqual({ outdir: '/workspace/results' });
  });

  it('leaves a given outdir, and other pipelines, alone', async () => {
    const api = await withHello();
    await api.call('/api/v1/lanes/default', { method: 'PUT', body: { capacity: 5 } });
    const given = await run(api, { pipeline: 'nf-core/rnaseq', parameters: { outdir: '/mine' } });
    const other = await run(api, { pipeline: 'other/rnaseq' });
    const params = async (id: string) => (await api.call(`/api/v1/runs/${id}`)).json.params;
    expect(await params(given.json.run_id)).toEqual({ outdir: '/mine' });
    expect(await params(other.json.run_id)).toEqual({});
  });

  it('ignores unknown fields as it always did, and names bad ones by their old names', async () => {
    const api = await withHello();
    expect((await run(api, { unknown: 1 })).status).toBe(200);
    const long = await run(api, { workdir: 'x'.repeat(501) });
    const loc = (answer: typeof long) => [answer.status, answer.json.detail?.[0]?.loc];
    expect(loc(long)).toEqual([422, ['body', 'workdir']]);
    const wrong = await run(api, { parameters: { revision: [] } });
    expect(loc(wrong)).toEqual([422, ['body', 'parameters', 'revision']]);
    const none = await api.call(`${BASE}/run`, { method: 'POST' });
    expect(loc(none)).toEqual([422, ['body']]);
    expect(none.headers.get('content-type')).toBe('application/json');
  });

  it.each([
    ['container', { container: { image: 'evil:1' } }, 'container.image is evil:1'],
    [
      'shell',
      { shell: { script: 'true' }, overridable: ['shell.image'] },
      'shell.image is required',
    ],
    ['nextflow', { nextflow: { source: 'evil/x' } }, 'is evil/x'],
  ])(
    'says of an entry of kind %s that cannot run that it is the pipeline',
    async (name, own, message) => {
      const api = await withHello();
      await api.call('/api/v1/pipelines', { body: { name, ...own } });
      const policy = {
        catalogue_only: false,
        lanes: 'any',
        images: ['docker.io/library/busybox:*'],
        repositories: ['github.com/nf-core/*'],
      };
      expect(
        (await api.call('/api/v1/domains/default/policy', { method: 'PUT', body: policy })).status,
      ).toBe(200);
      const { status, json } = await run(api, { pipeline: name });
      expect([status, json.detail[0].loc]).toEqual([422, ['body', 'pipeline']]);
      expect(json.detail[0].msg).toContain(message);
    },
  );

  it('starts although Web PubSub is away, with a null address', async () => {
    const api = await withHello();
    api.push.clientUrl = () => Promise.reject(new Error('away'));
    const answer = await run(api);
    expect(answer).toMatchObject({ status: 200, json: { websocket_url: null } });
  });

  it('starts although Web PubSub does not answer at all', async () => {
    const api = await withHello();
    api.push.clientUrl = () => new Promise(() => undefined);
    const answer = await whileWaiting(api.clock, 250, run(api));
    expect(answer).toMatchObject({ status: 200, json: { websocket_url: null } });
  });
});
