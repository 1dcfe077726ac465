/**
 * Reads files of a run by a short-lived Job on its target: made, waited for, its log read, deleted. Should we end in between, the
 * cluster ends and deletes it.
 */
import { AppError } from '../../../../core/errors.ts';
import type { ObservedPod } from '../../../../core/kubernetes/observed.ts';
import { MIB, REASON_QUOTE_MAX } from '../../../../core/limits.ts';
import { BASE32 } from '../../../../core/names.ts';
import { buildReader, READER_CONTAINER, readAnswer } from '../../../../core/runs/files/reader.ts';
import { shorten } from '../../../../core/shorten.ts';
import { type Cluster, ClusterError } from '../../../../ports/cluster.ts';
import type { World } from '../../../../ports/world.ts';
import type { FileRead, FilesAnswer } from '../../executor.ts';
import { enter } from './slots.ts';

/** The longest that a reader may take to start and end: a node may have to pull its image. */
const WAIT_MS = 60_000;
const LOOK_MS = 300;
/** How often an ended reader's log is read, until it is whole: a node may be late with its last lines. */
const LOG_TRIES = 4;
/** Above what a reader prints, below what nodes keep of a log (10 MiB). */
const LOG_BYTES_MAX = 12 * MIB;
const NAME_BYTES = 12;
const BASE = 32;

/** Reasons of a waiting container for which waiting does not help. */
const HOPELESS: readonly string[] = [
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
];

const unavailable = (what: string, cause?: unknown): AppError =>
  new AppError('files_unavailable', what, { retryAfter: 5, ...(cause !== undefined && { cause }) });

/** Why it has not ended yet, in the cluster's words; empty when it says nothing. */
async function troubleOf(
  cluster: Cluster,
  name: string,
  pod: ObservedPod | undefined,
): Promise<string> {
  const [container] = pod?.containers ?? [];
  const told = pod?.unscheduled?.message || container?.message || container?.reason;
  if (told) return told;
  const events = await cluster
    .events(pod ? 'Pod' : 'Job', pod?.name ?? name)
    .catch((): readonly { warning: boolean; message: string }[] => []);
  return events.find(({ warning }) => warning)?.message ?? '';
}

/** The reader's pod once it has ended. Rejects when it cannot start, fails, or takes too long. */
async function ended(
  world: World,
  cluster: Cluster,
  { name, uid }: { readonly name: string; readonly uid: string },
): Promise<ObservedPod> {
  const until = world.clock.now() + WAIT_MS;
  for (;;) {
    const pods = await cluster.readers.podsOf(name).catch((error: unknown) => {
      // Another look may succeed; a missing right never does.
      if (error instanceof ClusterError && error.code === 'unavailable') return [];
      throw error;
    });
    // Whoever may make pods can give one the label.
    const pod = pods.find(({ job_uid }) => job_uid === uid);
    const [container] = pod?.containers ?? [];
    if (pod && container?.state === 'terminated') {
      if (container.exit_code === 0) return pod;
      throw unavailable(
        `The reader of the run's files ended with exit code ${container.exit_code}: ${container.reason || container.message}`,
      );
    }
    const hopeless = HOPELESS.includes(container?.reason ?? '') || pod?.phase === 'Failed';
    if (hopeless || world.clock.now() >= until) {
      const why = (pod?.message ?? '') || (await troubleOf(cluster, name, pod));
      throw unavailable(
        `The reader of the run's files does not start${why === '' ? ' in time' : `: ${shorten(why, REASON_QUOTE_MAX)}`}.`,
      );
    }
    await world.clock.sleep(LOOK_MS);
  }
}

async function logOf(cluster: Cluster, pod: string): Promise<string> {
  const decoder = new TextDecoder('latin1');
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of cluster.readLog(pod, READER_CONTAINER, {})) {
    bytes += chunk.length;
    if (bytes > LOG_BYTES_MAX) throw unavailable('The reader printed more than it may.');
    parts.push(decoder.decode(chunk));
  }
  return parts.join('');
}

async function answerOf(world: World, cluster: Cluster, pod: string): Promise<FilesAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = readAnswer(await logOf(cluster, pod));
    if (answer?.refused) return answer;
    if (answer?.refused === null && (await world.sha256(answer.lines)) === answer.sha256) {
      const raw = decoded(answer.lines);
      const bytes = answer.coding === 'plain' ? raw : await unpacked(raw);
      return { refused: null, bytes, facts: answer.facts };
    }
    if (tries === LOG_TRIES) throw unavailable("The reader's answer did not arrive whole.");
    await world.clock.sleep(LOOK_MS);
  }
}

/** Not by `Uint8Array.from`, which takes a hundred times as long. */
function decoded(lines: string): Uint8Array<ArrayBuffer> {
  const text = atob(lines.replaceAll('\n', ''));
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const unpacked = async (raw: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(
    await new Response(
      new Blob([raw]).stream().pipeThrough(new DecompressionStream('gzip')),
    ).arrayBuffer(),
  );

const newName = (world: World): string =>
  `sluice-read-${Array.from(world.random(NAME_BYTES), (byte) => BASE32.charAt(byte % BASE)).join('')}`;

/** Reads by a reader on the run's target. Rejects as `Platform.readFiles` says. */
export async function readFiles(
  world: World,
  { run, target, args }: FileRead,
): Promise<FilesAnswer> {
  const leave = await enter(world, run.run_id);
  try {
    const cluster = world.clusters.connect(target);
    const { run_id, domain } = run;
    const job = await cluster.readers.create(
      buildReader({ name: newName(world), run_id, domain, target, args }),
    );
    try {
      const pod = await ended(world, cluster, job);
      return await answerOf(world, cluster, pod.name);
    } finally {
      await cluster
        .deleteJob({ ...job, config: '' })
        .catch((error: unknown) => world.log.warn('reader not deleted', { run_id, error }));
    }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw unavailable(`The cluster of the run does not read its files: ${error.message}`, error);
  } finally {
    leave();
  }
}
