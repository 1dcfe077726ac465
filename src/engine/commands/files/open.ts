/** Reads one file of a run, in parts. */
import { AppError } from '../../../core/errors.ts';
import { MIB } from '../../../core/limits.ts';
import { bytesOf } from '../../../core/runs/files/path.ts';
import type { Refusal } from '../../../core/runs/files/reader.ts';
import { timestampOf } from '../../../core/timestamp.ts';
import type { World } from '../../../ports/world.ts';
import { platformOf } from '../../reconcile/pass.ts';
import { type Found, findPlaces, isReadable, type Readable, volumeOf } from './places.ts';

/** Bytes that one reader prints: as base64 they fit into the 10 MiB of a log that nodes keep, below which nothing is rotated away. */
export const PART_BYTES = 6 * MIB;
/** Bytes of one answer: eleven readers one after another, about a minute. Larger files are read by ranges. */
export const ANSWER_BYTES_MAX = 64 * MIB;

const MS = 1_000;

/** Bytes, `end` exclusive; `suffix`: the last ones. */
export type Range = { readonly start: number; readonly end?: number } | { readonly suffix: number };

/** `size` is that of the whole file; `chunks` are its bytes `[start, end)`. */
export type OpenFile = {
  readonly size: number;
  readonly start: number;
  readonly end: number;
  /** Of what the file is now; another one as soon as it changes. */
  readonly etag: string;
  /** RFC 3339. */
  readonly modified: string;
  /** Rejects when the file changes meanwhile, so that a mixture is not taken for the file. */
  readonly chunks: AsyncIterable<Uint8Array>;
};

type Part = {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly start: number;
  readonly etag: string;
  readonly modified: string;
};

const REFUSED: Readonly<
  Record<Refusal, readonly ['not_found' | 'not_readable' | 'files_unavailable', string]>
> = {
  missing: ['not_found', 'The run has no such file.'],
  folder: ['not_found', 'It is not a plain file.'],
  outside: ['not_readable', "It is a link that leads out of the run's folders."],
  unreadable: ['not_readable', "The run's user may not read it."],
  space: ['files_unavailable', 'The node of the reader has no space.'],
  volume: ['files_unavailable', 'The work volume could not be read.'],
};

const escaped = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** Where bytes are read: `folder` below the work path of the target, `name` in it. */
type Wanted = {
  readonly folder: string;
  readonly name: Uint8Array;
  /** Negative: so many before the end. */
  readonly start: number;
  readonly length: number;
};

/** One part of a file. Rejects as `Platform.readFiles` does, and with `not_found`, `not_readable`. */
export async function readPart(
  world: World,
  { run, target, tasks }: Pick<Found, 'run' | 'target' | 'tasks'>,
  { folder, name, start, length }: Wanted,
): Promise<Part> {
  const which = [folder, escaped(name), String(start), String(length)];
  const args = ['read', target.work_path, tasks ?? '', ...which];
  const answer = await platformOf(run.kind).readFiles(world, {
    run,
    target: volumeOf(target),
    args,
  });
  if (answer.refused !== null) throw new AppError(...REFUSED[answer.refused]);
  const { facts, bytes } = answer;
  const [size, modified, , , at] = facts.map(Number);
  return {
    bytes,
    size: size ?? 0,
    start: at ?? 0,
    etag: facts.slice(0, 4).join('-'),
    modified: timestampOf((modified ?? 0) * MS) ?? '',
  };
}

/** Reads parts of the file that the path names. Throws `not_found`, `not_readable`. */
function partsOf(world: World, found: Found, path: string) {
  const { places } = found;
  const slash = path.indexOf('/');
  const place = places.find(({ name }) => name === path.slice(0, slash));
  const name = bytesOf(path.slice(slash + 1));
  if (!place || slash < 0 || name === null)
    throw new AppError('not_found', 'The run has no such file.');
  if (!isReadable(place)) throw new AppError('not_readable', `${place.why} It is ${place.at}.`);
  const { folder }: Readable = place;
  const part = (start: number, length: number): Promise<Part> =>
    readPart(world, found, { folder, name, start, length });
  return { part, at: `${place.at}/${path.slice(slash + 1)}` };
}

/**
 * Rejects as `findPlaces` and `Platform.readFiles` do; with `not_found` without such a file, `not_readable` for one that may not be read,
 * `range_not_satisfiable` when the range starts after its end, `file_too_large` for a large one without a range. A range gets
 * at most `ANSWER_BYTES_MAX` of what it asks for.
 */
export async function openFile(
  world: World,
  domain: string,
  runId: string,
  path: string,
  range?: Range,
): Promise<OpenFile> {
  const { part, at } = partsOf(world, await findPlaces(world, domain, runId), path);
  const asked = range && !('suffix' in range) ? range : { start: 0 };
  const wanted = range && 'suffix' in range ? range.suffix : (asked.end ?? Infinity) - asked.start;
  const from = range && 'suffix' in range ? -Math.max(1, range.suffix) : asked.start;
  const first = await part(from, Math.min(PART_BYTES, wanted));
  const { size, start, etag, modified } = first;
  if (range && (wanted === 0 || start >= size))
    throw new AppError('range_not_satisfiable', `The file has ${size} bytes.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  if (!range && size > ANSWER_BYTES_MAX)
    throw new AppError(
      'file_too_large',
      `The file has ${size} bytes, and one answer at most ${ANSWER_BYTES_MAX}: ask for ranges of bytes. It is ${at} on the work volume.`,
    );
  const end = Math.min(size, start + Math.min(wanted, ANSWER_BYTES_MAX));
  const next = async (offset: number): Promise<Part> => {
    const found = await part(offset, Math.min(PART_BYTES, end - offset));
    if (found.etag !== etag)
      throw new AppError('files_unavailable', 'The file changed while it was read.');
    return found;
  };
  return {
    size,
    start,
    end,
    etag,
    modified,
    chunks: inOrder(first, end, next),
  };
}

/** The next part is under way while one is sent. */
async function* inOrder(
  first: Part,
  end: number,
  next: (offset: number) => Promise<Part>,
): AsyncGenerator<Uint8Array> {
  let at = first.start;
  for (let part: Part | undefined = first; part; ) {
    const bytes: Uint8Array = part.bytes.subarray(0, end - at);
    at += bytes.length;
    if (bytes.length === 0 && at < end)
      throw new AppError('files_unavailable', 'The file ended while it was read.');
    const coming: Promise<Part> | undefined = at < end ? next(at) : undefined;
    // Whoever stops reading does not wait for it.
    coming?.catch(() => undefined);
    yield bytes;
    part = await coming;
  }
}
