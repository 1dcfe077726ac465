/** Full references of container images, which policies compare. */
import { IMAGE_PATH_CHARS_MAX } from '../request-limits.ts';

/** Grammar: https://github.com/distribution/reference. */
const REPOSITORY =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const REGISTRY =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z][a-z0-9]*(?:[-_+.][a-z][a-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** `text` at the last or first `mark`, without it. */
function cut(text: string, at: number): readonly [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The first part is a registry when it looks like a host; otherwise the image is on Docker Hub. */
function splitRegistry(name: string): readonly [string, string] {
  const [first, rest] = cut(name, name.indexOf('/'));
  const host = first.toLowerCase();
  const isHost = /[.:]/.test(first) || host === 'localhost' || host !== first;
  if (rest === undefined || !isHost) return ['docker.io', name];
  return [host === 'index.docker.io' ? 'docker.io' : host, rest];
}

/**
 * The full reference: `docker.io/library/busybox:1.37` for `busybox:1.37`. Without tag and digest the
 * tag is `latest`; with a digest the tag is dropped, because the digest alone decides what is pulled.
 * Undefined for text that is no reference, which no cluster would pull either.
 */
export function imageReference(text: string): string | undefined {
  const [named, digest] = cut(text, text.indexOf('@'));
  // A colon before the last slash belongs to the registry.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const [name, tag] = cut(named, colon);
  const [registry, path] = splitRegistry(name);
  if (!REGISTRY.test(registry) || path.length > IMAGE_PATH_CHARS_MAX) return undefined;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (!REPOSITORY.test(repository)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  if (digest === undefined) return `${registry}/${repository}:${tag ?? 'latest'}`;
  return DIGEST.test(digest) ? `${registry}/${repository}@${digest}` : undefined;
}
