/** What a container runs: its command, variables and directory, as a local process gets them. */
import { existsSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ConfigMap, ContainerSpec, EnvVar, KubeObject, Pod } from '../objects/object.ts';
import { CONFIG_MAPS, type Resource, SECRETS } from '../objects/resource.ts';
import type { Store } from '../objects/store.ts';
import { containerPaths, type PodPaths } from './volumes.ts';

/** The container cannot be made yet: waiting with CreateContainerConfigError and this message. */
export class ConfigError extends Error {}

export type Command = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
};

type Keyed = KubeObject & Pick<ConfigMap, 'data'>;

function keyValue(
  store: Store,
  pod: Pod,
  resource: Resource,
  ref: { name: string; key: string; optional?: boolean },
): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const object: Keyed | undefined = store.get(resource, namespace, ref.name);
  const value = object?.data?.[ref.key];
  if (value !== undefined) {
    return resource === SECRETS ? Buffer.from(value, 'base64').toString('utf8') : value;
  }
  if (ref.optional === true) return undefined;
  const kind = resource.kind.toLowerCase();
  throw new ConfigError(
    object === undefined
      ? `${kind} "${ref.name}" not found`
      : `couldn't find key ${ref.key} in ${resource.kind} ${namespace}/${ref.name}`,
  );
}

/** The downward API: `metadata.name`, `metadata.labels['a']`, `spec.nodeName`, `status.podIP`, … */
function podField(pod: Pod, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) {
    const table = pod.metadata[keyed[1] as 'labels' | 'annotations'];
    return table?.[keyed[2] ?? ''] ?? '';
  }
  let value: unknown = pod;
  for (const part of path.split('.'))
    value = (value as Record<string, unknown> | undefined)?.[part];
  return typeof value === 'string' ? value : '';
}

function variable(store: Store, pod: Pod, entry: EnvVar): string | undefined {
  const from = entry.valueFrom;
  if (from === undefined) return entry.value ?? '';
  if (from.configMapKeyRef !== undefined) {
    return keyValue(store, pod, CONFIG_MAPS, from.configMapKeyRef);
  }
  if (from.secretKeyRef !== undefined) return keyValue(store, pod, SECRETS, from.secretKeyRef);
  if (from.fieldRef !== undefined) return podField(pod, from.fieldRef.fieldPath);
  throw new ConfigError(
    `variable ${entry.name}: the emulator knows configMapKeyRef, secretKeyRef and fieldRef`,
  );
}

/** `$(NAME)` is replaced when NAME is known, `$$(NAME)` stands for `$(NAME)`. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([^()]+)\))/g, (whole, next: string, name: string | undefined) => {
    if (next === '$') return '$';
    return name !== undefined && Object.hasOwn(env, name) ? (env[name] ?? '') : whole;
  });
}

/** Variables of the container, as written in the pod; no others come from the host but PATH. */
function variables(
  store: Store,
  pod: Pod,
  container: ContainerSpec,
  base: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = { ...base };
  if (container.envFrom !== undefined) throw new ConfigError('the emulator has no envFrom');
  for (const entry of container.env ?? []) {
    const value = variable(store, pod, entry);
    if (value !== undefined) env[entry.name] = expand(value, env);
  }
  return env;
}

function workingDirectory(wanted: string | undefined, paths: PodPaths, map: (t: string) => string) {
  const own = join(paths.root, 'root');
  const mapped = map(wanted ?? '');
  if (mapped !== '' && isAbsolute(mapped) && existsSync(mapped)) return mapped;
  // A container runtime makes a missing directory; on the host it is made inside the pod's own,
  // unless it is in a volume.
  const directory = mapped !== wanted && mapped !== '' ? mapped : join(own, wanted ?? '');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/**
 * Throws ConfigError. `argv` is empty when the pod names no command: images are not pulled, so
 * their entry point is not known.
 */
export function containerCommand(
  store: Store,
  pod: Pod,
  container: ContainerSpec,
  paths: PodPaths,
): Command {
  const map = containerPaths(pod, container, paths);
  const base: Record<string, string> = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: join(paths.root, 'root'),
    TMPDIR: join(paths.root, 'tmp'),
    HOSTNAME: pod.metadata.name,
  };
  const env = variables(store, pod, container, base);
  const written = container.command ?? [];
  const argv = written.length === 0 ? [] : [...written, ...(container.args ?? [])];
  for (const name of ['root', 'tmp']) mkdirSync(join(paths.root, name), { recursive: true });
  return {
    // References are resolved before paths, so that variables with paths in them are mapped too.
    argv: argv.map((part) => map(expand(part, env))),
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === base[name] ? value : map(value)]),
    ),
    cwd: workingDirectory(container.workingDir, paths, map),
  };
}
