/** Container logs as the kubelet serves them. */
import { expect, it } from 'vitest';
import { job, newName } from './client.ts';
import type { Subject } from './suite.ts';

const TIMED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /;

export function logTests(subject: Subject): void {
  it('bytes stay as they are but for \\r before \\n: blank lines, colours, no UTF-8, no last newline', async () => {
    const { client } = subject;
    const name = newName('bytes');
    const written = 'a\\n\\n\\033[32mgreen\\033[0m\\r\\n10\\r20\\n\\377\\376\\n  spaced  \\nlast';
    const { pod } = await client.run(job(name, `printf '${written}'`));
    const bytes = await client.logBytes(pod);
    expect(bytes.toString('latin1')).toBe(
      'a\n\n\u001b[32mgreen\u001b[0m\n10\r20\n\u00ff\u00fe\n  spaced  \nlast',
    );
    await client.deleteJob(name);
  });

  it('times have nine digits, never go back, and stand at the beginning of every line', async () => {
    const { client } = subject;
    const name = newName('times');
    const { pod } = await client.run(job(name, 'for i in $(seq 200); do echo line $i; done'));
    const lines = (await client.log(pod, 'timestamps=true')).text.trimEnd().split('\n');
    expect(lines).toHaveLength(200);
    for (const line of lines) expect(line).toMatch(TIMED);
    const times = lines.map((line) => line.slice(0, 30));
    expect([...times].sort()).toEqual(times);
    await client.deleteJob(name);
  });

  it('a line over 16 KiB is one line, but several to tailLines', async () => {
    const { client } = subject;
    const name = newName('long');
    const { pod } = await client.run(
      job(name, 'head -c 40000 /dev/zero | tr "\\\\0" x; echo; echo end'),
    );
    const { text } = await client.log(pod, 'timestamps=true');
    const [long = '', end = '', rest] = text.split('\n');
    expect(long.length).toBe(31 + 40_000);
    expect(end.replace(TIMED, '')).toBe('end');
    expect(rest).toBe('');
    const tail = (await client.log(pod, 'tailLines=2')).text;
    expect(tail).toBe(`${'x'.repeat(40_000 - 2 * 16_384)}\nend\n`);
    await client.deleteJob(name);
  });

  it('tailLines and limitBytes cut', async () => {
    const { client } = subject;
    const name = newName('cut');
    const { pod } = await client.run(job(name, 'echo one; echo two; echo three'));
    expect((await client.log(pod, 'tailLines=2')).text).toBe('two\nthree\n');
    expect((await client.log(pod, 'tailLines=0')).text).toBe('');
    expect((await client.log(pod, 'tailLines=9')).text).toBe('one\ntwo\nthree\n');
    expect((await client.log(pod, 'limitBytes=5')).text).toBe('one\nt');
    await client.deleteJob(name);
  });

  it('sinceTime is cut to its second, and takes lines of that second', async () => {
    const { client } = subject;
    const name = newName('since');
    const { pod } = await client.run(job(name, 'for i in $(seq 30); do echo $i; sleep .1; done'));
    const all = (await client.log(pod, 'timestamps=true')).text.trimEnd().split('\n');
    const middle = all[17] ?? '';
    const asked = encodeURIComponent(`${middle.slice(0, 19)}.999999999Z`);
    const got = (await client.log(pod, `timestamps=true&sinceTime=${asked}`)).text;
    const expected = all.filter((line) => line.slice(0, 19) >= middle.slice(0, 19));
    expect(expected.length).toBeGreaterThan(2);
    expect(got.trimEnd().split('\n')).toEqual(expected);
    const later = encodeURIComponent('2999-01-01T00:00:00Z');
    expect((await client.log(pod, `sinceTime=${later}`)).text).toBe('');
    await client.deleteJob(name);
  });

  it('a follow gets lines as they come, and ends with the container', async () => {
    const { client } = subject;
    const name = newName('follow');
    await client.createJob(job(name, 'for i in 1 2 3 4 5 6; do echo $i; sleep .4; done'));
    const pod = await client.runningPod(name);
    const path = `${client.objects('pods', pod.metadata?.name)}/log?follow=true&timestamps=true`;
    const { body } = await client.open('GET', path);
    let text = '';
    let pieces = 0;
    for await (const chunk of body) {
      text += String(chunk);
      pieces += 1;
    }
    expect(text.replaceAll(new RegExp(TIMED, 'gm'), '')).toBe('1\n2\n3\n4\n5\n6\n');
    expect(pieces).toBeGreaterThan(1);
    await client.deleteJob(name);
  });

  it('a burst of 20,000 lines is all there after its end, and a follow has no gap', async () => {
    const { client } = subject;
    const name = newName('burst');
    // A container runtime on a starved node may drop what a process wrote right before its end.
    await client.createJob(job(name, 'sleep 2; seq 20000; sleep 1'));
    const pod = await client.runningPod(name);
    const followed = (await client.log(pod, 'follow=true')).text;
    await client.ended(name);
    const all = (await client.log(pod)).text;
    expect(all.split('\n')).toEqual([
      ...Array.from({ length: 20_000 }, (_, index) => `${index + 1}`),
      '',
    ]);
    // A kubelet may end a follow before the last lines of a container that has ended: it is no proof of the end.
    expect(all.startsWith(followed)).toBe(true);
    await client.deleteJob(name);
  });

  it('output of both streams is in one log', async () => {
    const { client } = subject;
    const name = newName('streams');
    const { pod } = await client.run(
      job(name, 'echo out; sleep .3; echo err >&2; sleep .3; echo out'),
    );
    expect((await client.log(pod)).text).toBe('out\nerr\nout\n');
    await client.deleteJob(name);
  });

  it('what cannot be read is said: no pod, no such container, no sense', async () => {
    const { client } = subject;
    const name = newName('unread');
    const { pod } = await client.run(job(name, 'true'));
    const podName = pod.metadata?.name;
    const cases: [query: string, status: number, message: string][] = [
      ['container=nope', 400, `container nope is not valid for pod ${podName}`],
      [
        'sinceTime=hello',
        400,
        'parsing time "hello" as "2006-01-02T15:04:05Z07:00": cannot parse "hello" as "2006"',
      ],
      ['tailLines=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
      [
        'tailLines=-1',
        422,
        `PodLogOptions "${podName}" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0`,
      ],
      [
        'limitBytes=0',
        422,
        `PodLogOptions "${podName}" is invalid: limitBytes: Invalid value: 0: must be greater than 0`,
      ],
      ['previous=true', 400, `previous terminated container "main" in pod "${podName}" not found`],
    ];
    for (const [query, status, message] of cases) {
      const answer = await client.log(pod, query);
      expect(answer.status).toBe(status);
      expect(answer.body.message).toBe(message);
    }
    const absent = await client.log({ metadata: { name: 'absent' } });
    expect(absent.body).toMatchObject({
      message: 'pods "absent" not found',
      reason: 'NotFound',
      details: { name: 'absent', kind: 'pods' },
      code: 404,
    });
    expect((await client.log(pod)).headers['content-type']).toBe('text/plain');
    await client.deleteJob(name);
  });
}
