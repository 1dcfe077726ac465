/** Looking at processes, by id, on Linux. */
import { readdirSync, readFileSync } from 'node:fs';

type Stat = {
  readonly pid: number;
  readonly state: string;
  readonly ppid: number;
  readonly group: number;
};

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, so the fields are counted after it.
    const [state = '', ppid, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, state, ppid: Number(ppid), group: Number(group) };
  } catch {
    return undefined;
  }
}

/** Processes that run; not those that have ended and only wait to be noticed by their parent. */
const living = (): Stat[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
    .filter(({ state }) => state !== 'Z');

export const isAlive = (pid: number): boolean => {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
};

/** Ids of the processes of a group. */
export const groupOf = (group: number): number[] =>
  living()
    .filter((stat) => stat.group === group)
    .map(({ pid }) => pid);

/** Ids of all processes below this one. */
export function descendantsOf(pid: number): number[] {
  const all = living();
  const below = (parent: number): number[] =>
    all.filter((stat) => stat.ppid === parent).flatMap((stat) => [stat.pid, ...below(stat.pid)]);
  return below(pid);
}

/** Its arguments as one text; empty when the process has ended, also if only since it was listed. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
