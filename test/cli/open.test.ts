/** `open`: the page of the server. */
import { expect, test } from 'vitest';
import { commandLine } from './support.ts';

const SERVER = 'http://127.0.0.1:7071';
const ID = 'r000000000000000';

test.each([
  [[], ''],
  [['runs'], 'runs'],
  [[ID], `runs/${ID}`],
  [['run', ID], `runs/${ID}`],
  [['start'], 'start'],
  [['start', 'greet'], 'start?pipeline=greet'],
  [['lane', 'a/b'], 'lanes/a%2Fb'],
  [['target', 'gpu'], 'targets/gpu'],
  [['pipeline', 'nf-core/rnaseq'], 'pipelines/nf-core%2Frnaseq'],
  [['me'], 'me'],
])('open %j', async (args, path) => {
  const { run } = commandLine();
  expect(await run('open', ...args)).toMatchObject({ code: 0, out: `${SERVER}/ui/${path}\n` });
});

test.each([[['nothing']], [['run']], [['me', 'you']], [['lane']]])(
  'open %j is wrong use',
  async (args) => {
    const { run } = commandLine();
    expect(await run('open', ...args)).toMatchObject({ code: 2, out: '' });
  },
);

test('a person gets it in the browser, or its address where there is none; a program its address', async () => {
  const { with: withMore } = commandLine();
  const opened: string[] = [];
  const person = { tty: true, browse: async (url: string) => opened.push(url) > 0 };
  expect(await withMore(person)('open')).toMatchObject({
    out: '',
    err: `Opened ${SERVER}/ui/\n`,
  });
  expect(opened).toEqual([`${SERVER}/ui/`]);
  expect((await withMore(person)('open', '--print')).out).toBe(`${SERVER}/ui/\n`);
  expect((await withMore({ ...person, tty: false })('open')).out).toBe(`${SERVER}/ui/\n`);
  expect((await withMore(person)('open', '--json')).json).toEqual([{ url: `${SERVER}/ui/` }]);
  expect((await withMore({ tty: true })('open')).out).toBe(`${SERVER}/ui/\n`);
  expect(opened).toHaveLength(1);
});

test('nothing secret is in the address', async () => {
  const { with: withMore } = commandLine();
  const env = { SLUICE_URL: 'https://sluice.example.org/base/?token=x#y' };
  const { out } = await withMore({ env })('open', 'runs');
  expect(out).toBe('https://sluice.example.org/base/ui/runs\n');
  const inAddress = { SLUICE_URL: 'https://me:secret@sluice.example.org' };
  const refused = await withMore({ env: inAddress })('list');
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('SLUICE_TOKEN') });
  expect(refused.err).not.toContain('secret@');
});
