/** `apply`: the server becomes what files say, and nothing else is touched. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from './support.ts';

const PIPELINE = `pipelines:
  - name: count
    lane: gpu
    target: lab
    container: {image: "busybox:1.37", args: [count]}
    params: {long: 9007199254740993, ratio: 1.0}
`;
const REST = '{"targets": [{"name": "lab"}], "lanes": [{"name": "gpu", "capacity": 2}]}';

function folderOf() {
  const line = commandLine();
  const folder = join(line.folder, 'catalogue');
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(join(folder, 'a.yaml'), PIPELINE);
  writeFileSync(join(folder, 'deep', 'b.json'), REST);
  return { ...line, folder };
}

test('makes what is missing, in the order that it is needed, and nothing a second time', async () => {
  const { run, folder } = folderOf();
  const dry = await run('apply', '-f', folder, '--dry-run');
  expect(dry).toMatchObject({ code: 0, out: '+ targets lab\n+ lanes gpu\n+ pipelines count\n' });
  expect((await run('pipelines')).out).toBe('');
  expect(await run('apply', '-f', folder)).toMatchObject({ code: 0, out: dry.out });
  expect((await run('pipelines', 'count', '--json')).json).toMatchObject([{ lane: 'gpu' }]);
  expect((await run('apply', '-f', folder)).out).toBe(
    '= targets lab\n= lanes gpu\n= pipelines count\n',
  );
});

test('a schema is the file that an entry names, digit by digit', async () => {
  const { run, folder } = folderOf();
  const schema = '{"properties": {"long": {"maximum": 9007199254740993, "multipleOf": 1.0}}}';
  writeFileSync(join(folder, 'deep', 'schema'), schema);
  writeFileSync(join(folder, 'a.yaml'), `${PIPELINE}    params_schema: "@deep/schema"\n`);
  expect((await run('apply', '-f', folder)).code).toBe(0);
  const { out } = await run('pipelines', 'count', '--json');
  expect(out).toContain('"maximum":9007199254740993,"multipleOf":1.0');
  writeFileSync(join(folder, 'a.yaml'), `${PIPELINE}    params_schema: "@none"\n`);
  expect((await run('apply', '-f', folder)).err).toContain('there is no file');
});

test('shows what differs, by field, and changes that', async () => {
  const { run, folder } = folderOf();
  await run('apply', '-f', folder);
  writeFileSync(
    join(folder, 'a.yaml'),
    PIPELINE.replace('1.37', '1.38').replace('ratio: 1.0', 'ratio: 1.00'),
  );
  writeFileSync(join(folder, 'deep', 'b.json'), REST.replace('2', '3'));
  const { out } = await run('apply', '-f', folder);
  expect(out).toContain('~ lanes gpu\n    capacity: 2 → 3\n~ pipelines count\n');
  expect(out).toContain('busybox:1.37');
  expect((await run('pipelines', 'versions', 'count')).out.split('\n')[0]).toMatch(/^2\t/);
});

test('prune deletes what an earlier apply wrote, and nothing that others wrote', async () => {
  const { run, folder } = folderOf();
  await run('lanes', 'set', 'mine', '--capacity', '1');
  await run('apply', '-f', folder);
  rmSync(join(folder, 'a.yaml'));
  expect((await run('apply', '-f', folder)).out).toBe('= targets lab\n= lanes gpu\n');
  expect((await run('apply', '-f', folder, '--prune')).out).toBe(
    '= targets lab\n= lanes gpu\n- pipelines count\n',
  );
  expect((await run('pipelines')).out).toBe('');
  expect((await run('lanes')).out).toContain('mine');
  expect((await run('apply', '-f', folder, '--prune')).out).not.toContain('-');
  expect(readFileSync(join(folder, '.sluice-applied.json'), 'utf8')).toContain('"lab"');
});

test('what another file or another domain has is not pruned', async () => {
  const { run, folder, with: withMore } = folderOf();
  await run('apply', '-f', join(folder, 'deep', 'b.json'));
  await run('apply', '-f', join(folder, 'a.yaml'));
  writeFileSync(join(folder, 'a.yaml'), 'pipelines: []');
  expect((await run('apply', '-f', join(folder, 'a.yaml'), '--prune')).out).toBe(
    '- pipelines count\n',
  );
  expect((await run('targets')).out).toContain('lab');
  await run('lanes', 'delete', 'gpu');
  const made = await run('tokens', 'create', 'other', '--scope', 'admin', '--domain', 'other');
  const other = withMore({ env: { SLUICE_TOKEN: made.out.trim() } });
  await other('lanes', 'set', 'gpu', '--capacity', '1');
  writeFileSync(join(folder, 'deep', 'b.json'), '{}');
  expect((await other('apply', '-f', join(folder, 'deep', 'b.json'), '--prune')).out).toBe('');
  expect((await other('lanes')).out).toContain('gpu');
});

test('a note that cannot be read is not taken for none, and is left as it is', async () => {
  const { run, folder } = folderOf();
  const note = join(folder, '.sluice-applied.json');
  mkdirSync(note);
  expect(await run('apply', '-f', folder)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('.sluice-applied.json'),
  });
});

test('a script may be a file beside the pipeline', async () => {
  const { run, folder } = folderOf();
  const script = 'echo one\necho two\n';
  writeFileSync(join(folder, 'deep', 'two.sh'), script);
  const entry = { name: 'two', container: { image: 'busybox:1.37', args: ['@two.sh'] } };
  writeFileSync(join(folder, 'deep', 'c.json'), JSON.stringify({ pipelines: [entry] }));
  expect((await run('apply', '-f', folder)).code).toBe(0);
  expect((await run('pipelines', 'two', '--json')).json).toMatchObject([
    { container: { args: [script] } },
  ]);
  rmSync(join(folder, 'deep', 'two.sh'));
  expect(await run('apply', '-f', folder)).toMatchObject({
    code: 2,
    err: expect.stringContaining('two.sh'),
  });
});

test('an apply that fails half-way has noted what it made', async () => {
  const { run, folder } = folderOf();
  writeFileSync(join(folder, 'a.yaml'), PIPELINE.replace('target: lab', 'target: nowhere'));
  expect(await run('apply', '-f', folder)).toMatchObject({ code: 2 });
  rmSync(join(folder, 'a.yaml'));
  writeFileSync(join(folder, 'deep', 'b.json'), '{}');
  const { out } = await run('apply', '-f', folder, '--prune');
  expect(out).toBe('- pipelines count\n- lanes gpu\n- targets lab\n');
  expect((await run('targets')).out).not.toContain('lab');
});

test.each([
  ['a file that is no YAML', 'a: [', /bad\.yaml: /],
  ['a list that does not exist', 'things: []', /things is none of/],
  ['an entry without a name', 'pipelines: [{lane: a}]', /pipelines\.0 has no name/],
  ['a name that is there twice', 'lanes: [{name: gpu}]', /lanes gpu is in/],
  [
    'an entry that is not valid',
    'pipelines: [{name: x, container: {image: "A B"}}]',
    /container\.image/,
  ],
])('%s changes nothing', async (_what, text, message) => {
  const { run, folder } = folderOf();
  writeFileSync(join(folder, 'bad.yaml'), text);
  expect(await run('apply', '-f', folder)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(message),
  });
  expect((await run('targets', 'lab')).code).toBe(1);
});

test('what a file does not say any more is taken away, and told', async () => {
  const { run, folder } = folderOf();
  const more = PIPELINE.replace('args: [count]', 'args: [count], env: {A: "1", B: "2"}');
  const full = `${more}    params_schema: {type: object}\n    deadline_seconds: 60\n`;
  writeFileSync(join(folder, 'a.yaml'), full);
  expect(await run('apply', '-f', folder)).toMatchObject({ code: 0 });
  expect((await run('apply', '-f', folder)).out).not.toMatch(/^[~+-]/m);
  writeFileSync(
    join(folder, 'a.yaml'),
    PIPELINE.replace('args: [count]', 'args: [count], env: {B: "3"}'),
  );
  const { out } = await run('apply', '-f', folder);
  expect(out).toContain('~ pipelines count\n');
  expect(out).toMatch(/^ {4}container\.env\.A: "1" → none$/m);
  expect(out).toMatch(/^ {4}container\.env\.B: "2" → "3"$/m);
  expect(out).toMatch(/^ {4}params_schema\S*: .* → none$/m);
  expect(out).not.toContain('container.image');
  const [now] = (await run('pipelines', 'count', '--json')).json;
  expect(now).toMatchObject({ params_schema: null, container: { env: { B: '3' } } });
  expect((await run('apply', '-f', folder)).out).not.toMatch(/^[~+-]/m);
});

test('one param that changes is told with its digits, and written', async () => {
  const { run, folder } = folderOf();
  await run('apply', '-f', folder);
  writeFileSync(join(folder, 'a.yaml'), PIPELINE.replace('ratio: 1.0', 'ratio: 1.00'));
  const { out } = await run('apply', '-f', folder);
  expect(out).toContain('~ pipelines count\n    params.ratio: 1.0 → 1.00\n');
  const [json] = (await run('apply', '-f', folder, '--json')).out.split('\n');
  expect(json).toContain('"action":"keep"');
  expect((await run('apply', '-f', folder)).out).not.toMatch(/^[~+-]/m);
});
