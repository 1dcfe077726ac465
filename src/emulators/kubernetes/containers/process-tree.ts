/** Ends all processes of a container: its process group, and what left the group. */
import { readdirSync, readFileSync } from 'node:fs';

/** Every process of a container inherits this variable; it finds those that made a session of their own. */
export const CONTAINER_ID = 'EMULATOR_CONTAINER_ID';

/** Sends a signal to a process, or with a negative id to a group, that may be gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}

/** Processes of the container, by their environment. Empty where there is no /proc. */
function members(containerId: string): number[] {
  const mark = `${CONTAINER_ID}=${containerId}\0`;
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => hasMark(pid, mark))
      .map(Number);
  } catch {
    return [];
  }
}

function hasMark(pid: string, mark: string): boolean {
  try {
    return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(mark);
  } catch {
    // It ended meanwhile, or belongs to another user.
    return false;
  }
}

/**
 * KILL for everything of the container, as the kernel does to a container whose first process is
 * gone. Repeats while processes are found that were forked in between.
 */
export function killContainer(leader: number | null, containerId: string): void {
  if (leader !== null) signalProcess(-leader, 'SIGKILL');
  for (let round = 0; round < 10; round += 1) {
    const found = members(containerId);
    if (found.length === 0) return;
    for (const pid of found) signalProcess(pid, 'SIGKILL');
  }
}
