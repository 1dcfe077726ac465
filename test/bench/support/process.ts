/** What processes use, as the kernel of Linux counts it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MIB_IN_KIB = 1_024;
let ticks: number | undefined;

/** Resident memory in MiB; NaN when there is no such process. */
export function residentMib(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / MIB_IN_KIB;
  } catch {
    return Number.NaN;
  }
}

/** Seconds of processor time since its start, of all its threads; NaN when there is no such process. */
export function cpuSeconds(pid: number): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK']).toString());
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything: fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  } catch {
    return Number.NaN;
  }
}

export type Usage = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly mib: number;
  /** Of processor time, since the process began. */
  readonly seconds: number;
};

/** Looks at a process every second until told to stop; it is asked for anew each time. */
export function observe(pid: () => number | undefined) {
  const seen: Usage[] = [];
  const look = (): void => {
    const id = pid();
    if (id === undefined) return;
    seen.push({ at: Date.now(), mib: residentMib(id), seconds: cpuSeconds(id) });
  };
  look();
  const timer = setInterval(look, 1_000);
  return { seen, stop: () => clearInterval(timer) };
}

/** Cores that a process kept busy between two times. */
export function coresBetween(seen: readonly Usage[], from: number, to: number): number {
  const inside = seen.filter(({ at }) => at >= from && at <= to);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last || first === last) return Number.NaN;
  return (last.seconds - first.seconds) / ((last.at - first.at) / 1_000);
}
