/** What the parser finds in recorded runs of real Nextflow, which are not part of this repository: console, with and without a terminal, and log file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Console } from '../../../src/core/nextflow/console/console.ts';

type Recorded = {
  readonly outcome: string;
  readonly runName: string | null;
  readonly errorTask: string | null;
  readonly errorExit: number | null;
  readonly tasks: Readonly<Record<string, number>>;
};

const FOLDER = join(import.meta.dirname, '../../../../shared/nextflow-lab/recordings');
const isThere = existsSync(FOLDER);
if (!isThere)
  console.info('Recordings of Nextflow are not beside the repository: their tests are skipped.');
const TEXTS = [
  'console.txt',
  'console.timestamps.txt',
  'console.ansi.txt',
  'console.ansi-tty.txt',
  'nextflow.log',
];
const texts = isThere
  ? readdirSync(FOLDER).flatMap((name) =>
      TEXTS.filter((text) => existsSync(join(FOLDER, name, text))).map(
        (text) => [name, text] as const,
      ),
    )
  : [];

/** Without the table nothing tells that a run has ended well, and a killed driver says nothing at all. */
const MAY_BE_OPEN = ['succeeded', 'killed'];
/** The files of these two end before what their consoles say of the end: it was printed by the launcher alone. */
const SILENT = ['resume-unknown-session nextflow.log', 'tower-create-refused nextflow.log'];

describe.skipIf(!isThere)('recorded runs', () => {
  test.each(texts)('%s: %s', (name, text) => {
    const wanted = JSON.parse(
      readFileSync(join(FOLDER, name, 'expected.json'), 'utf8'),
    ) as Recorded;
    const parser = new Console();
    const said = readFileSync(join(FOLDER, name, text), 'utf8').replace(/\n$/, '');
    for (const line of said.split('\n')) parser.line(line);
    const report = parser.report();
    const open = MAY_BE_OPEN.includes(wanted.outcome) || SILENT.includes(`${name} ${text}`);
    expect([wanted.outcome, ...(open ? ['running'] : [])]).toContain(report.outcome);
    if (report.error?.fatal && wanted.errorTask !== null) {
      expect(report.error.process).toBe(wanted.errorTask);
      // A time limit of Kubernetes ends the task by a signal, which the trace does not tell.
      if (wanted.errorExit !== null) expect(report.error.exit_status).toBe(wanted.errorExit);
    }
    if (text === 'console.txt' && name !== 'noisy-output' && name !== 'quiet-fail')
      expect(report.events.submitted + report.events.resubmitted).toBe(wanted.tasks['submitted']);
  });
});
