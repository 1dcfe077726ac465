/** Lists the files of a run. */
import { AppError } from '../../../core/errors.ts';
import { textOf } from '../../../core/runs/files/path.ts';
import { type FileEntry, type FilePage, fileKind } from '../../../core/runs/files/view.ts';
import { isCommitted } from '../../../core/runs/run.ts';
import { timestampOf } from '../../../core/timestamp.ts';
import type { World } from '../../../ports/world.ts';
import { platformOf } from '../../reconcile/pass.ts';
import { perInstance } from '../../store/per-instance.ts';
import { type Found, findPlaces, isReadable, volumeOf } from './places.ts';

/** How long a listing is served again: its pages, and several viewers. */
const KEPT_MS = 10_000;
const KEPT_MAX = 50;
const MS = 1_000;

type Listing = { readonly files: readonly FileEntry[]; readonly more: boolean };
type Kept = { readonly at: number; readonly listing: Promise<Listing> };

const keptOf = perInstance(() => new Map<string, Kept>());

function entries(place: string, rows: readonly (readonly string[])[]): FileEntry[] {
  return rows.map(([, size, modified, ...name]) => {
    const bytes = Uint8Array.from(name.join(' '), (char) => char.charCodeAt(0));
    const path = `${place}/${textOf(bytes)}`;
    return {
      path,
      kind: fileKind(path),
      size: Number(size),
      modified: timestampOf(Number(modified) * MS) ?? '',
    };
  });
}

async function look(world: World, { run, target, places, tasks }: Found): Promise<Listing> {
  const readable = places.filter(isReadable);
  if (readable.length === 0 || !isCommitted(run)) return { files: [], more: false };
  const folders = readable.map(({ folder }) => folder);
  const args = ['list', target.work_path, tasks ?? '', ...folders];
  const answer = await platformOf(run.kind).readFiles(world, {
    run,
    target: volumeOf(target),
    args,
  });
  if (answer.refused !== null)
    throw new AppError('files_unavailable', "The run's work volume could not be read.");
  const rows = new TextDecoder('latin1')
    .decode(answer.bytes)
    .split('\0')
    .slice(0, -1)
    .map((row) => row.split(' '));
  const files = readable.flatMap(({ name }, index) =>
    entries(
      name,
      rows.filter(([place]) => Number(place) === index),
    ),
  );
  const sorted = files.toSorted((one, next) => (one.path < next.path ? -1 : 1));
  return { files: sorted, more: answer.facts[0] === '1' };
}

/** The run's listing, the one under way, or one that is some seconds old. */
function listingOf(world: World, found: Found): Kept {
  const kept = keptOf(world);
  const now = world.clock.now();
  for (const [id, { at }] of kept) if (now - at >= KEPT_MS) kept.delete(id);
  const { run_id } = found.run;
  const known = kept.get(run_id);
  if (known) return known;
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= KEPT_MAX) kept.delete(oldest);
  const made = { at: now, listing: look(world, found) };
  kept.set(run_id, made);
  // A failure is not kept.
  made.listing.catch(() => {
    if (kept.get(run_id) === made) kept.delete(run_id);
  });
  return made;
}

export type FilesQuery = {
  /** Only paths that begin so. */
  readonly prefix: string;
  readonly limit: number;
  /** `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** A page of the run's files, by path. Rejects as `findPlaces` and `Platform.readFiles` do. */
export async function listFiles(
  world: World,
  domain: string,
  runId: string,
  { prefix, limit, cursor = '' }: FilesQuery,
): Promise<FilePage> {
  const found = await findPlaces(world, domain, runId);
  const { at, listing } = listingOf(world, found);
  const { files, more } = await listing;
  const wanted = files.filter(({ path }) => path.startsWith(prefix) && path > cursor);
  const page = wanted.slice(0, limit);
  return {
    files: page,
    places: found.places.map(({ name, at: where, why }) => ({
      name,
      at: where,
      readable: why === null,
      why,
    })),
    more,
    listed_at: timestampOf(at) ?? '',
    next_cursor: wanted.length > limit ? (page.at(-1)?.path ?? null) : null,
  };
}
