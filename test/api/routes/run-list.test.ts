/** The list of runs: filters, times, pages and their links; and what a run shows. */
import { describe, expect, it } from 'vitest';
import { tickUntil } from '../../support/world.ts';
import { JOB, testApi } from '../support.ts';

type TestApi = ReturnType<typeof testApi>;
const RUNS = '/api/v1/runs';
const MINUTE = 60_000;

const start = async (api: TestApi, body: object = {}): Promise<string> =>
  (await api.call(RUNS, { body: { ...JOB, ...body } })).json.run_id;
const idsOf = (json: { runs: { run_id: string }[] }) => json.runs.map(({ run_id }) => run_id);
const ids = async (api: TestApi, query: string) => idsOf((await api.call(`${RUNS}?${query}`)).json);

/** One run of each: queued, starting, succeeded, and cancelled before it began; a minute apart. */
async function four() {
  const api = testApi();
  await api.call('/api/v1/lanes/still', { method: 'PUT', body: { paused: true } });
  const done = await start(api, { lane: 'a', labels: { team: 'x', site: 'north' } });
  const state = async () => (await api.call(`${RUNS}/${done}`)).json.state;
  await tickUntil(api.world, api.clock, async () => (await state()) === 'succeeded');
  await api.clock.advance(MINUTE);
  const queued = await start(api, { lane: 'still', labels: { team: 'x', site: 'south' } });
  await api.clock.advance(MINUTE);
  const gone = await start(api, { lane: 'still', labels: { team: 'y' } });
  await api.call(`${RUNS}/${gone}/cancel`, { method: 'POST' });
  await api.clock.advance(MINUTE);
  const live = await start(api, { lane: 'b' });
  return { api, done, queued, gone, live };
}

describe('filters', () => {
  it('take several states, with commas or one by one, and list them newest first', async () => {
    const { api, done, queued, gone, live } = await four();
    expect(await ids(api, 'state=queued,succeeded')).toEqual([queued, done]);
    expect(await ids(api, 'state=succeeded&state=queued')).toEqual([queued, done]);
    const all = 'state=queued,starting,running&state=succeeded,failed,cancelled';
    expect(await ids(api, all)).toEqual([live, gone, queued, done]);
    expect(await ids(api, 'state=queued,cancelled&lane=still')).toEqual([gone, queued]);
    expect(await ids(api, 'state=starting,running,cancelling')).toEqual([live]);
  });

  it('take several labels, all of which a run has', async () => {
    const { api, done, queued } = await four();
    expect(await ids(api, 'label=team%3Dx')).toEqual([queued, done]);
    expect(await ids(api, 'label=team=x&label=site=north')).toEqual([done]);
    expect(await ids(api, 'label=team=x,site=south')).toEqual([queued]);
    expect(await ids(api, 'label=team=y&label=site=north')).toEqual([]);
    expect(await ids(api, 'label=constructor=x')).toEqual([]);
  });

  it('take times as people write them', async () => {
    const { api, done, queued, gone, live } = await four();
    const at = async (id: string) => (await api.call(`${RUNS}/${id}`)).json.created_at;
    expect(await ids(api, 'since=2026-01-01')).toEqual([live, gone, queued, done]);
    expect(await ids(api, 'since=2026-01-02')).toEqual([]);
    expect(await ids(api, 'until=2026-01-01')).toEqual([]);
    expect(await ids(api, 'until=1h')).toEqual([]);
    expect(await ids(api, 'since=1h&until=2030-01-01T00:00:00+01:00')).toHaveLength(4);
    expect(await ids(api, 'since=1m')).toEqual([live, gone]);
    expect(await ids(api, 'until=1m')).toEqual([queued, done]);
    expect(await ids(api, `since=${await at(queued)}&until=${await at(live)}`)).toEqual([
      gone,
      queued,
    ]);
    expect(await ids(api, `until=${await at(queued)}`)).toEqual([done]);
  });

  it('begin at a time long ago without looking at what came later', async () => {
    const api = testApi();
    const first = await start(api, { lane: 'still' });
    await api.clock.advance(40 * 86_400_000);
    for (let count = 0; count < 30; count += 1) await start(api);
    const { list } = api.store;
    let rows = 0;
    api.store.list = async (...args) => {
      const found = await list(...args);
      if (args[0] === 'index') rows += found.length;
      return found;
    };
    expect(await ids(api, 'until=30d&limit=5')).toEqual([first]);
    expect(rows).toBeLessThan(5);
  });

  it.each([
    'since=1y',
    'since=2026-02-30',
    'since=-1h',
    'until=2026-11-28T25:00:00Z',
    'until=',
    'since=9999999d',
    'since=2026&since=2027',
  ])('say what a time is: %s', async (query) => {
    const answer = await testApi().call(`${RUNS}?${query}`);
    const field = `query.${query.slice(0, 5)}`;
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
    if (query.lastIndexOf('=') === 5)
      expect(answer.json.errors[0].message).toContain('such as 2026-11-28T09:30:00Z');
  });

  it('name the filter, not the place in it', async () => {
    for (const [query, field] of [
      ['state=queued,busy', 'query.state'],
      ['state=', 'query.state'],
      ['label=team=x&label=team', 'query.label'],
    ])
      expect(await testApi().call(`${RUNS}?${query}`)).toMatchObject({
        status: 422,
        json: { errors: [{ field }] },
      });
  });
});

describe('pages', () => {
  it('link to the next one, and the last one to none', async () => {
    const { api, done, queued, gone, live } = await four();
    for (const [query, all] of [
      ['limit=1', [live, gone, queued, done]],
      ['limit=1&state=queued,cancelled,succeeded', [gone, queued, done]],
      ['limit=1&label=team=x&since=1h&until=2026-02-01', [queued, done]],
    ] as const) {
      const seen: string[] = [];
      let next: string | undefined = `${RUNS}?${query}`;
      while (next !== undefined) {
        const page: Awaited<ReturnType<TestApi['call']>> = await api.call(next);
        seen.push(...idsOf(page.json));
        const link = page.headers.get('link') ?? '';
        next = /^<(\/api\/v1\/runs\?[^>]*)>; rel="next"$/.exec(link)?.[1];
        expect(next === undefined).toBe(page.json.next_cursor === null);
        // Time goes on while pages are turned; what `1h` means moves with it.
        await api.clock.advance(1_000);
      }
      expect(seen).toEqual(all);
    }
  });

  it('of lanes and events do so too', async () => {
    const { api, done } = await four();
    const lanes = await api.call('/api/v1/lanes?limit=2');
    expect(lanes.headers.get('link')).toBe('</api/v1/lanes?limit=2&cursor=b>; rel="next"');
    expect((await api.call('/api/v1/lanes')).headers.get('link')).toBeNull();
    const events = `${RUNS}/${done}/events`;
    const first = await api.call(`${events}?limit=2`);
    expect(first.headers.get('link')).toBe(`<${events}?limit=2&after=2>; rel="next"`);
    expect((await api.call(events)).headers.get('link')).toBeNull();
  });

  it('have cursors that are good for their filters alone', async () => {
    const { api } = await four();
    const { next_cursor } = (await api.call(`${RUNS}?limit=1&state=queued,succeeded`)).json;
    const at = async (query: string) =>
      (await api.call(`${RUNS}?${query}&cursor=${next_cursor}`)).status;
    expect(await at('state=queued,succeeded')).toBe(200);
    expect(await at('state=succeeded&state=queued&limit=7')).toBe(200);
    for (const other of [
      'limit=1',
      'state=queued',
      'state=queued,succeeded&lane=a',
      'state=queued,succeeded&label=team=x',
      'state=queued,succeeded&pipeline=job',
      'state=queued,succeeded&since=1h',
      'state=queued,succeeded&until=1h',
    ])
      expect(await at(other)).toBe(422);
  });
});

describe('a run', () => {
  it('shows its readers what runs, after the catalogue was applied; lists leave the container out', async () => {
    const api = testApi();
    const entry = {
      name: 'align',
      kind: 'container',
      container: { image: 'busybox:1.37', command: ['sh'], resources: { cpu: '1' } },
      params: { threads: 4, genome: 'GRCh37' },
      deadline_seconds: 600,
      overridable: ['container'],
    };
    await api.call('/api/v1/pipelines', { body: entry });
    const body = {
      pipeline: 'align',
      container: { image: 'busybox:1.36', args: ['-c', 'true'] },
      params: { genome: 'GRCh38' },
    };
    const { run_id } = (await api.call('/api/v1/runs', { body })).json;
    const token = (await api.call('/api/v1/tokens', { body: { name: 'x', scopes: ['read'] } })).json
      .token;
    const ran = {
      params: { threads: 4, genome: 'GRCh38' },
      source: null,
      work_dir: null,
      deadline_seconds: 600,
    };
    const container = { ...entry.container, ...body.container };
    const read = await api.call(`/api/v1/runs/${run_id}`, { token });
    expect(read.json).toMatchObject({ ...ran, container });
    const [listed] = (await api.call('/api/v1/runs', { token })).json.runs;
    expect(listed).toMatchObject(ran);
    expect(listed).not.toHaveProperty('container');
    await api.call('/api/v1/pipelines', {
      body: { name: 'flow', kind: 'nextflow', source: 'org/flow' },
    });
    const flow = await api.call('/api/v1/runs', { body: { pipeline: 'flow' } });
    expect(flow.json).toMatchObject({
      kind: 'nextflow',
      nextflow: { source: 'org/flow', revision: null },
      source: 'org/flow',
    });
  });
});

describe('more filters', () => {
  it('take several lanes and pipelines, merged newest first', async () => {
    const { api, done, queued, gone, live } = await four();
    expect(await ids(api, 'lane=a,b')).toEqual([live, done]);
    expect(await ids(api, 'lane=still&lane=b&lane=b&state=queued,starting,running')).toEqual([
      live,
      queued,
    ]);
    await api.clock.advance(MINUTE);
    const other = await start(api, { lane: 'c', pipeline: 'a, b' });
    expect(await ids(api, 'pipeline=a,%20b')).toEqual([other]);
    expect(await ids(api, 'pipeline=job&pipeline=a,%20b')).toEqual([
      other,
      live,
      gone,
      queued,
      done,
    ]);
    const first = (await api.call(`${RUNS}?lane=still,a&limit=2`)).json;
    expect(idsOf(first)).toEqual([gone, queued]);
    expect(await ids(api, `lane=a,still&limit=2&cursor=${first.next_cursor}`)).toEqual([done]);
  });

  it('find runs by kind, by who started them, and by a part of what they are', async () => {
    const { api, done } = await four();
    const shell = { pipeline: 'Count', kind: 'shell', container: undefined };
    const script = { script: 'true', image: 'busybox:1.37' };
    const counted = await start(api, { ...shell, shell: script, lane: 'c', triggered_by: 'ada' });
    expect(await ids(api, 'kind=shell')).toEqual([counted]);
    expect(await ids(api, 'kind=nextflow')).toEqual([]);
    expect(await ids(api, 'triggered_by=ada')).toEqual([counted]);
    expect(await ids(api, 'triggered_by=ad')).toEqual([]);
    expect(await ids(api, 'search=OUN')).toEqual([counted]);
    expect(await ids(api, `search=${done.slice(0, 12)}`)).toContain(done);
    expect(await ids(api, `search=${done}`)).toEqual([done]);
    expect(await ids(api, `search=${done}&state=queued`)).toEqual([]);
    expect(await ids(api, `search=${done}&lane=b`)).toEqual([]);
    expect(await ids(api, 'search=r000000000000000')).toEqual([]);
  });

  it('look into runs whose entries an earlier build wrote, some at a time', async () => {
    const { api, done, queued, gone, live } = await four();
    for (const row of api.store
      .dump('index')
      .filter(({ values }) => values['body'] !== undefined)) {
      const { kind: _, triggered_by: __, ...old } = JSON.parse(String(row.values['body']));
      await api.world.store.commit('index', row.partition, [
        { op: 'put', key: row.key, values: { body: JSON.stringify(old) } },
      ]);
    }
    expect(await ids(api, 'kind=container')).toEqual([live, gone, queued, done]);
    expect(await ids(api, 'kind=shell')).toEqual([]);
  });
});
