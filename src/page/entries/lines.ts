/** Lists and maps of texts as lines. What lines cannot hold is shown as JSON instead. */

const isLine = (value: unknown): value is string =>
  typeof value === 'string' && !value.includes('\n') && value.trim() === value && value !== '';

/** Undefined where a text has lines of its own. */
export function linesOfList(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) && value.every(isLine) ? value.join('\n') : undefined;
}

export const listOfLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export function linesOfMap(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const members = Object.entries(value);
  const fits = members.every(
    ([name, each]) => isLine(name) && !name.includes('=') && (each === '' || isLine(each)),
  );
  return fits ? members.map(([name, each]) => `${name}=${each}`).join('\n') : undefined;
}

/** A line without `=` is a name with an empty text. */
export const mapOfLines = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listOfLines(text).map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
