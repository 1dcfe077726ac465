/** What is said of programs that an image would have brought. */

/** Why a container cannot run here, and what would help. */
export const notHere = (program: string): string =>
  `no \`${program}\` on this machine and the local emulator runs no images; use --kubeconfig`;

/** What shells exit with when a program is not there, … */
const NOT_FOUND = 127;
/** … and the line that they print: `sh: 5: exec: nextflow: not found`. */
const SAID = /(?:^|[\s:])([^\s:]+): (?:command )?not found$/;

/** The program that a shell looked for in vain at its end; undefined when it ended otherwise. */
export function programNotFound(exitCode: number, log: string): string | undefined {
  if (exitCode !== NOT_FOUND) return undefined;
  return SAID.exec(log.trimEnd().split('\n').at(-1) ?? '')?.[1];
}
