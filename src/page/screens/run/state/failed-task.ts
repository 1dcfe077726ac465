/** `…/work/b3/2bad61ab…`: Nextflow's work directories are named by the hash of their task. */
const WORK_DIR = /(?:^|\/)([0-9a-f]{2})\/([0-9a-f]{6})[0-9a-f]*\/?$/;

/** What names the task of a work directory in the API, such as `b3-2bad61`. */
export function taskOfWorkDir(workDir: string | null): string | undefined {
  const [, begin, rest] = WORK_DIR.exec(workDir ?? '') ?? [];
  return begin === undefined || rest === undefined ? undefined : `${begin}-${rest}`;
}
