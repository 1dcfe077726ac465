/** Programs of this machine, for the local cluster emulator, which runs no others. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether this machine has an executable of that path, or of that name in one of the folders (written like `PATH`). */
export function hasProgram(folders: string, program: string): boolean {
  if (program.includes('/')) return isExecutable(program);
  return folders
    .split(delimiter)
    .some((folder) => folder !== '' && isExecutable(join(folder, program)));
}
