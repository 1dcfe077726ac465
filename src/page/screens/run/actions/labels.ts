/** Labels as text, one `name=value` a line, and what changes between two of them. */

export type Labels = Readonly<Record<string, string>>;

export const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

/** A sentence in place of labels where a line is none. */
export function readLabels(text: string): Labels | string {
  const labels: [string, string][] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    if (at < 1) return `“${line}” is not name=value.`;
    labels.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return Object.fromEntries(labels);
}

/** What is sent: new values, and null for those that are to go. */
export function labelsPatch(before: Labels, after: Labels): Record<string, string | null> {
  const patch: Record<string, string | null> = {};
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) patch[name] = null;
  for (const [name, value] of Object.entries(after))
    if (before[name] !== value) patch[name] = value;
  return patch;
}
