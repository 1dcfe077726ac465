/**
 * Local processes see the host's files, so the paths under which a container mounts volumes are
 * replaced by the real directories wherever they occur in the command, the arguments, values of
 * variables, the working directory, and the text of mounted ConfigMaps.
 *
 * The rule: a mount path is replaced where it stands as a path of its own or as the beginning of
 * one. So `/data` is replaced in `/data`, `/data/a`, `--in=/data/a`, `file:/data` and `"/data"`,
 * but not in `/mydata`, `/my/data` or `/database`. Of nested mounts the longest wins.
 */
export type PathMapper = (text: string) => string;

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `mounts`: path in the container to path on the host. Both absolute, without a slash at the end. */
export function pathMapper(mounts: ReadonlyMap<string, string>): PathMapper {
  if (mounts.size === 0) return (text) => text;
  const paths = [...mounts.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp);
  // Before: nothing that a longer path could end in. After: a slash, or nothing that goes on a name.
  const pattern = new RegExp(`(?<![\\w./-])(?:${paths.join('|')})(?![\\w.-])`, 'g');
  return (text) => text.replace(pattern, (path) => mounts.get(path) ?? path);
}

/** `/data/` and `/data` are the same mount. */
export const mountPath = (path: string): string => path.replace(/(?<=.)\/+$/, '');
