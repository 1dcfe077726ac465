/** Texts like those of Nextflow, and what the parser finds in them. */
import { Console } from '../../../src/core/nextflow/console/console.ts';

export const read = (...lines: readonly string[]) => {
  const parser = new Console();
  for (const line of lines.flatMap((each) => each.split('\n'))) parser.line(line);
  return parser.report();
};
export const ESC = '\u001b';
export const BELL = '\u0007';
export const PLAIN = 'N E X T F L O W  ~  version 24.10.5';
export const LAUNCH = 'Launching `sum.nf` [calm_curie] DSL2 - revision: 0123456789';
export const BLOCK = `Error executing process > 'SUM:ADD (a:b (1))'

Caused by:
  Process \`SUM:ADD (a:b (1))\` terminated with an error exit status (3)

Command executed [templates/add.sh]:

  cat <<EOF
  Caused by:
  WARN: not one
  EOF
  exit 3

Command exit status:
  3

Command output:
  (empty)

Command error:
  WARNING: small
  disk is slow

Work dir:
  /work/ab/cdef1200112233445566778899aabb

Container:
  example.org/add:1

Tip: look into the folder`;
export const CHECK = "\n -- Check '.nextflow.log' file for details";
