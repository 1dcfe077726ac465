/** Messages about programs that the container's image has and this machine has not. */

/** Why a container cannot run here, and what would help. */
export const missingProgram = (program: string): string =>
  `no \`${program}\` on this machine and the local emulator runs no images; use --kubeconfig`;

/** The exit code of shells for a missing program, … */
const NOT_FOUND = 127;
/** … and the line that they print: `sh: 5: exec: nextflow: not found`. */
const MESSAGE = /(?:^|[\s:])([^\s:]+): (?:command )?not found$/;

/** The missing program that ended a shell; undefined when it ended otherwise. */
export function programNotFound(exitCode: number, log: string): string | undefined {
  if (exitCode !== NOT_FOUND) return undefined;
  return MESSAGE.exec(log.trimEnd().split('\n').at(-1) ?? '')?.[1];
}
