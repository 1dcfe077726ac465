/** Lists, pages, watches. */
import type { V1Job } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { job, newName, type StatusBody, type WatchLine } from './client.ts';
import type { Subject } from './suite.ts';

type List = {
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: V1Job[];
};

export function listTests(subject: Subject): void {
  const make = async (prefix: string, labels: readonly Record<string, string>[]) => {
    const set = newName(prefix);
    for (const [index, own] of labels.entries()) {
      const draft = job(`${set}-${index}`, 'true', {
        spec: { suspend: true },
        labels: { ...own, set },
      });
      expect((await subject.client.createJob(draft)).status).toBe(201);
    }
    return set;
  };
  const list = (query: Record<string, string>) =>
    subject.client.ask<List & StatusBody>(
      'GET',
      `${subject.client.jobs()}?${new URLSearchParams(query).toString()}`,
    );
  const remove = async (set: string, count: number) => {
    for (let index = 0; index < count; index += 1)
      await subject.client.deleteJob(`${set}-${index}`);
  };

  it('label selectors: equal, exists, several', async () => {
    const set = await make('select', [{ a: 'x' }, { a: 'y' }, { a: 'y', b: '' }, {}]);
    const cases: [selector: string, found: number[]][] = [
      ['a=x', [0]],
      ['a==y', [1, 2]],
      ['a', [0, 1, 2]],
      ['a=y,b', [2]],
      ['a=y, b=', [2]],
      ['b=', [2]],
    ];
    for (const [selector, found] of cases) {
      const { body } = await list({ labelSelector: `set=${set},${selector}` });
      const names = body.items.map(({ metadata }) => metadata?.name);
      expect(names, selector).toEqual(found.map((index) => `${set}-${index}`));
    }
    for (const selector of ['a in x', ',', 'a b']) {
      const refused = await list({ labelSelector: selector });
      expect(refused.body, selector).toMatchObject({ code: 400, reason: 'BadRequest' });
    }
    await remove(set, 4);
  });

  it('pages show one moment: what is created between them does not appear', async () => {
    const set = await make('page', [{}, {}, {}]);
    const labelSelector = `set=${set}`;
    const first = await list({ labelSelector, limit: '2' });
    expect(first.body.kind).toBe('JobList');
    expect(first.body.items.map(({ kind }) => kind)).toEqual([undefined, undefined]);
    const token = first.body.metadata.continue ?? '';
    expect(token).not.toBe('');
    const draft = job(`${set}-3`, 'true', { spec: { suspend: true }, labels: { set } });
    await subject.client.createJob(draft);
    const second = await list({ labelSelector, limit: '2', continue: token });
    expect(second.body.items.map(({ metadata }) => metadata?.name)).toEqual([`${set}-2`]);
    expect(second.body.metadata.continue).toBeUndefined();
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    const bad = await list({ limit: '2', continue: 'abc' });
    expect(bad.body).toMatchObject({ code: 400, reason: 'BadRequest' });
    await remove(set, 4);
  });

  it('a field selector knows the fields of its resource only', async () => {
    const set = await make('field', [{}, {}]);
    const { body } = await list({ fieldSelector: `metadata.name=${set}-1` });
    expect(body.items.map(({ metadata }) => metadata?.name)).toEqual([`${set}-1`]);
    const refused = await list({ fieldSelector: 'spec.color=red' });
    expect(refused.status).toBe(400);
    expect(refused.body.message).toBe('field label "spec.color" not supported for Job');
    await remove(set, 2);
  });

  it('a watch tells what happens to the selected Jobs, from a version on', async () => {
    const { client } = subject;
    const set = newName('watch');
    const name = `${set}-0`;
    const { body: before } = await list({ labelSelector: `set=${set}` });
    const query = new URLSearchParams({
      watch: '1',
      labelSelector: `set=${set}`,
      resourceVersion: before.metadata.resourceVersion,
      timeoutSeconds: '4',
    });
    const watched = client.ask('GET', `${client.jobs()}?${query.toString()}`);
    await client.createJob(job(name, 'true', { spec: { suspend: true }, labels: { set } }));
    await client.patchJob(name, { metadata: { labels: { set: null } } });
    await client.patchJob(name, { metadata: { labels: { set } } });
    await client.deleteJob(name);
    const lines = (await watched).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as WatchLine);
    for (const { object } of lines) {
      expect(object.kind).toBe('Job');
      expect(object.metadata?.name).toBe(name);
    }
    const types = lines.map(({ type }) => type).filter((type) => type !== 'MODIFIED');
    expect(types).toEqual(['ADDED', 'DELETED', 'ADDED', 'DELETED']);
    const versions = lines.map(({ object }) => Number(object.metadata?.resourceVersion));
    expect([...versions].sort((a, b) => a - b)).toEqual(versions);
  });

  it('a watch without a version begins with what is there', async () => {
    const { client } = subject;
    const set = await make('begin', [{}, {}]);
    const query = new URLSearchParams({
      watch: 'true',
      labelSelector: `set=${set}`,
      timeoutSeconds: '1',
    });
    const { text } = await client.ask('GET', `${client.jobs()}?${query.toString()}`);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as WatchLine);
    const added = lines
      .filter(({ type }) => type === 'ADDED')
      .map(({ object }) => object.metadata?.name ?? '');
    expect(new Set(added)).toEqual(new Set([`${set}-0`, `${set}-1`]));
    expect(added).toHaveLength(2);
    await remove(set, 2);
  });

  it('versions that are none, or not yet, are refused', async () => {
    const { client } = subject;
    const future = await list({ resourceVersion: '999999999' });
    expect(future.status).toBe(504);
    expect(future.body).toMatchObject({ reason: 'Timeout', code: 504 });
    const watched = await client.ask('GET', `${client.jobs()}?watch=1&resourceVersion=abc`);
    expect(watched.status).toBe(500);
  });

  it('namespaces, version and health can be read', async () => {
    const { client } = subject;
    const { items } = await client.core.listNamespace();
    expect(items.map(({ metadata }) => metadata?.name)).toContain(client.namespace);
    const own = await client.core.readNamespace({ name: client.namespace });
    expect(own.status?.phase).toBe('Active');
    const version = await client.ask<{ major: string; minor: string }>('GET', '/version');
    expect(version.body.major).toBe('1');
    expect(Number.parseInt(version.body.minor, 10)).toBeGreaterThanOrEqual(24);
    expect((await client.ask('GET', '/readyz')).text).toBe('ok');
  });
}
