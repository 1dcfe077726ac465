/** Ends containers whose API process is gone. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forbidStart } from './container-process.ts';
import { killContainer } from './process-tree.ts';
import { type ShimSpec, type ShimState, SPEC_FILE, STATE_FILE } from './shim-protocol.ts';

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Kills the running containers below an emulator's data directory; its API process has to be gone. The next one finds how
 * they ended. Does nothing where there is no such directory.
 */
export function endOrphanedContainers(dataDir: string): void {
  const pods = join(dataDir, 'pods');
  if (!existsSync(pods)) return;
  for (const file of globSync(join('*', 'containers', '*', '*', SPEC_FILE), { cwd: pods })) {
    const start = join(pods, file, '..');
    const spec = read(join(pods, file)) as ShimSpec | undefined;
    const state = read(join(start, STATE_FILE)) as ShimState | undefined;
    const over = state !== undefined && state.phase !== 'running';
    if (spec === undefined || over || forbidStart(start)) continue;
    killContainer(null, spec.containerId);
  }
}
