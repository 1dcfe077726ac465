/** What a new user does, given only the README: its commands, typed into a shell in a real terminal, one after the other. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { build, ROOT } from '../../../src/build/build.ts';
import { PATIENCE } from '../../support/patience.ts';
import { startStack } from '../support/stack.ts';
import { PROGRAM, terminal, word } from '../support/terminal.ts';

beforeAll(async () => {
  await build();
});

/** The commands of the README's part about the command line. */
function commands(): readonly string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, block = ''] = /\*\*The command line\*\*[\s\S]*?```sh\n([\s\S]*?)```/.exec(text) ?? [];
  return block.trim().split('\n');
}

/** A bash whose `npx sluice` is the one that was built. */
function shell(api: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-shell-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'bashrc');
  writeFileSync(
    file,
    `cd ${word(ROOT)}; API=${api}; HISTFILE=; set +H
npx() { shift; ${word(process.execPath)} ${word(PROGRAM)} "$@"; }
PROMPT_COMMAND='printf "[code %d]\\n" $?'; PS1='$ '\n`,
  );
  const at = terminal(`exec bash --noprofile --rcfile ${word(file)} -i`, { columns: 200 });
  const codes = () => [...at.output().matchAll(/\[code (\d+)\]/g)].map(([, code]) => Number(code));
  let before = 1;
  return {
    /** Resolves when it has ended, with what it printed and its exit code. */
    async enter(command: string) {
      await vi.waitFor(() => expect(codes()).toHaveLength(before), PATIENCE);
      const from = at.output().length;
      at.type(`${command}\n`);
      before += 1;
      await vi.waitFor(() => expect(codes()).toHaveLength(before), PATIENCE);
      const printed = stripVTControlCharacters(at.output().slice(from)).replaceAll('\r', '');
      return { code: codes().at(-1), printed };
    },
  };
}

/** What each command has to show, by a word of it; the order is the README's. */
const STORY: readonly (readonly [command: string, code: number, printed: RegExp])[] = [
  ['login $API', 0, /server +http.*\n.*domain +default/s],
  ['run greet -p who=you)', 0, /starting/],
  ['logs -f $RUN ', 0, /\{"who":"you"\}\n(.*\n)*done\n/],
  ['rerun $RUN -p who=all --follow', 0, /running\n(.*\n)*.*\{"who":"all"\}(.*\n)*succeeded, after/],
  ['run sleepy)', 0, /starting/],
  ['list --state starting', 0, /RUN +STATE.*\n(.*\n)*r\w{15} +(starting|running) +sleepy/],
  ['set $RUN --label team=a', 0, /r\w{15}/],
  ['cancel $RUN', 0, /r\w{15}\s+cancell/],
  ['run fail); ', 1, /ERROR: the reference genome GRCh99 does not exist/],
  [
    'show $RUN',
    0,
    /reason +.*exit code 3.*GRCh99 does not exist.*\nexit code +3\n(.*\n)*pipeline +fail/,
  ],
  ['logs $RUN --grep', 0, /WARN: .*\nERROR: .*\n/],
  ['open $RUN', 0, /http:\/\/\S+\/ui\/runs\/r\w{15}\n/],
  ['run greet -p who=you --dry-run', 0, /would start at once/],
  ['run sum --follow', 0, /1\+2\+3\+4\+5/],
  ['apply -f', 0, /= pipelines hello/],
  ['audit --since 1h', 0, /cancelRun/],
];

test('starts, watches, reruns with other params, cancels, and finds why a run failed', async () => {
  const { ready, client } = await startStack();
  // The pipeline of the README's part before.
  await client.pipelines.create({
    name: 'greet',
    container: {
      image: 'busybox:1.37',
      command: ['sh', '-c'],
      args: ['cat $SLUICE_PARAMS_FILE; echo; sleep 1; echo done'],
    },
    params: { who: 'world' },
  });
  const bash = shell(ready.api);
  const told = commands();
  expect(told).toHaveLength(STORY.length);
  for (const [at, [part, code, printed]] of STORY.entries()) {
    const command = told[at] ?? '';
    expect(command).toContain(part);
    const ended = await bash.enter(command);
    expect(ended.printed, command).toMatch(printed);
    expect(ended.code, command).toBe(code);
  }
  const { runs } = await client.listRuns({ state: 'cancelled' });
  expect(runs).toMatchObject([
    { pipeline: 'sleepy', reason: { message: expect.stringContaining('wrong data') } },
  ]);
}, 180_000);

/** Ctrl-U. */
const KILL_LINE = '\u0015';

/** A folder for PATH, with `sluice` in it. */
function onPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-path-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'sluice');
  writeFileSync(file, `#!/bin/sh\nexec ${word(process.execPath)} ${word(PROGRAM)} "$@"\n`);
  chmodSync(file, 0o755);
  return `${folder}:${process.env['PATH']}`;
}

const SHELLS = {
  bash: [
    'exec bash --noprofile --norc -i',
    'source <(sluice completion bash); source <(sluice completion bash)',
  ],
  zsh: ['exec zsh -f -i', 'autoload -U compinit; compinit -u -D; source <(sluice completion zsh)'],
  fish: ['exec fish --no-config -i', 'sluice completion fish | source'],
} as const;
const isThere = (shellName: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      return readFileSync(join(folder, shellName)).length > 0;
    } catch {
      return false;
    }
  });

for (const [name, [start, source]] of Object.entries(SHELLS)) {
  test.skipIf(!isThere(name))(
    `completes commands, options and values in a real ${name}`,
    async () => {
      const at = terminal(start, { env: { PATH: onPath(), PS1: '$ ', TERM: 'xterm' } });
      at.type(`${source}; echo re''ady\n`);
      await at.printed(/ready/);
      for (const [typed, completed] of [
        ['sluice canc', /sluice canc.*el/],
        ['sluice list --stat', /--stat.*e/],
        ['sluice list --state succ', /succ.*eeded/],
      ] as const) {
        at.type(`${typed}\t`);
        await vi.waitFor(async () => expect(await at.screen()).toMatch(completed), PATIENCE);
        at.type(KILL_LINE);
      }
      // What is typed is never run by asking for its completion.
      const trap = join(tmpdir(), `sluice-trap-${process.pid}`);
      at.type(`sluice list "--lane=$(touch ${trap})" --sta\t`);
      at.type(KILL_LINE);
      at.type(`echo do''ne\n`);
      await at.printed(/done/);
      expect(() => readFileSync(trap)).toThrow('ENOENT');
    },
  );
}
