/** A pod's volumes as directories on the host. */
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  ConfigMap,
  ContainerSpec,
  KeySource,
  KubeObject,
  Pod,
  Volume,
} from '../objects/object.ts';
import { CONFIG_MAPS, SECRETS } from '../objects/resource.ts';
import type { Store } from '../objects/store.ts';
import { mountPath, type PathMapper, pathMapper } from './path-map.ts';

/** A volume cannot be made yet; the kubelet says so in an Event and tries again. */
export class MountError extends Error {}

export type PodPaths = {
  /** The pod's own directory. */
  readonly root: string;
  /** Directory of all PersistentVolumeClaims of the pod's namespace. */
  readonly claims: string;
};

export const volumePath = (paths: PodPaths, volume: Volume): string => {
  if (volume.persistentVolumeClaim !== undefined) {
    return join(paths.claims, volume.persistentVolumeClaim.claimName);
  }
  return volume.hostPath?.path ?? join(paths.root, 'volumes', volume.name);
};

export const terminationFile = (paths: PodPaths, container: string): string =>
  join(paths.root, 'termination', container);

/** Where the container's mount paths are on the host. The termination message's file is one of them. */
export function containerPaths(pod: Pod, container: ContainerSpec, paths: PodPaths): PathMapper {
  const volumes = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume]));
  const mounts = new Map<string, string>([
    [container.terminationMessagePath ?? '', terminationFile(paths, container.name)],
  ]);
  mounts.delete('');
  for (const mount of container.volumeMounts ?? []) {
    const volume = volumes.get(mount.name);
    if (volume === undefined) continue;
    const host = volumePath(paths, volume);
    mounts.set(mountPath(mount.mountPath), mount.subPath ? join(host, mount.subPath) : host);
  }
  return pathMapper(mounts);
}

/** The mapping for files that are seen by all containers: all their mounts together. */
function podPaths(pod: Pod, paths: PodPaths): PathMapper {
  const mappers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((container) =>
    containerPaths(pod, container, paths),
  );
  return (text) => mappers.reduce((mapped, map) => map(mapped), text);
}

type Keyed = KubeObject & Pick<ConfigMap, 'data' | 'binaryData'>;

const isText = (bytes: Buffer) => Buffer.from(bytes.toString('utf8')).equals(bytes);

/** Keys to bytes; undefined when the object is missing and may be. */
function keys(
  store: Store,
  namespace: string,
  kind: 'configmap' | 'secret',
  source: KeySource,
): Map<string, Buffer> {
  const name = source.name ?? source.secretName ?? '';
  const object: Keyed | undefined = store.get(
    kind === 'configmap' ? CONFIG_MAPS : SECRETS,
    namespace,
    name,
  );
  if (object === undefined) {
    if (source.optional === true) return new Map();
    throw new MountError(`${kind} "${name}" not found`);
  }
  const encoding = kind === 'secret' ? 'base64' : 'utf8';
  const found = new Map<string, Buffer>();
  for (const [key, text] of Object.entries(object.data ?? {})) {
    found.set(key, Buffer.from(text, encoding));
  }
  for (const [key, text] of Object.entries(object.binaryData ?? {})) {
    found.set(key, Buffer.from(text, 'base64'));
  }
  if (source.items === undefined) return found;
  const chosen = new Map<string, Buffer>();
  for (const item of source.items) {
    const bytes = found.get(item.key);
    if (bytes !== undefined) chosen.set(item.path, bytes);
    else if (source.optional !== true) {
      throw new MountError(`references non-existent ${kind} key: ${item.key}`);
    }
  }
  return chosen;
}

function files(store: Store, pod: Pod, volume: Volume, map: PathMapper): Map<string, Buffer> {
  const namespace = pod.metadata.namespace ?? '';
  const mapped = (source: KeySource) =>
    [...keys(store, namespace, 'configmap', source)].map(([name, bytes]): [string, Buffer] => [
      name,
      isText(bytes) ? Buffer.from(map(bytes.toString('utf8'))) : bytes,
    ]);
  const entries: [string, Buffer][] = [];
  if (volume.configMap !== undefined) entries.push(...mapped(volume.configMap));
  if (volume.secret !== undefined) entries.push(...keys(store, namespace, 'secret', volume.secret));
  return new Map(entries);
}

/** Makes the volume's directory; files appear all at once. Throws MountError. */
function prepare(store: Store, pod: Pod, volume: Volume, paths: PodPaths, map: PathMapper): void {
  const host = volumePath(paths, volume);
  if (volume.hostPath !== undefined) return;
  if (volume.emptyDir !== undefined || volume.persistentVolumeClaim !== undefined) {
    mkdirSync(host, { recursive: true });
    return;
  }
  const source = volume.configMap ?? volume.secret;
  if (source === undefined) {
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
    throw new MountError(`the emulator has no volumes of kind ${kind}`);
  }
  const part = `${host}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  for (const [name, bytes] of files(store, pod, volume, map)) {
    const file = join(part, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    chmodSync(file, (source.defaultMode ?? 0o644) & 0o777);
  }
  rmSync(host, { recursive: true, force: true });
  renameSync(part, host);
}

/** Makes all volumes. Throws MountError with the kubelet's sentence for the first that cannot be made. */
export function prepareVolumes(store: Store, pod: Pod, paths: PodPaths): void {
  mkdirSync(join(paths.root, 'volumes'), { recursive: true });
  mkdirSync(join(paths.root, 'termination'), { recursive: true });
  const map = podPaths(pod, paths);
  for (const volume of pod.spec.volumes ?? []) {
    try {
      prepare(store, pod, volume, paths, map);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`);
    }
  }
}
