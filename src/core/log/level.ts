/** Which lines of a log tell of trouble. Pure. */
export type LineLevel = 'error' | 'warning';

const LEVEL = /^(ERROR|WARN(?:ING)?)\b/;

/** Of a line as a terminal shows it that begins with ERROR or WARN; undefined for the others. */
export function lineLevel(line: string): LineLevel | undefined {
  const found = LEVEL.exec(line);
  if (!found) return undefined;
  return found[1] === 'ERROR' ? 'error' : 'warning';
}
