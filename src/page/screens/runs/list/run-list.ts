/** The runs that fit the filters: read as one scrolls, and kept up to date by what happens. */
import type { RunPage, RunsQuery } from '../../../../client/runs.ts';
import type { RunChange } from '../../../../client/watch/changes.ts';
import { isTerminal, type RunState } from '../../../../core/events/state.ts';
import { foldEvent } from '../../../../core/runs/fold.ts';
import type { RunView } from '../../../../core/runs/view.ts';
import { createStore, type Store } from '../../../app/store.ts';
import type { ListState } from './list-state.ts';
import {
  idsOf,
  insertRuns,
  NOTHING,
  type Piece,
  pieceToRead,
  removeRuns,
  replacePiece,
  stale,
} from './pieces.ts';
import { beforeAll, momentOf } from './times.ts';

type Deps = {
  readonly read: (query: RunsQuery) => Promise<RunPage>;
  /** The filters; asked for each read. */
  readonly query: () => RunsQuery;
  /** Calls soon, together with what else is drawn. */
  readonly nextFrame: (call: () => void) => void;
  readonly wait: (ms: number) => Promise<void>;
};

/** The most that the server gives: fewer requests while one scrolls. */
const PAGE = 200;
/** The first rows shall be there at once. */
const FIRST_PAGE = 50;
/** So many reads that show nothing new, and it waits to be told to go on: each may cost the server 2,000 looks. */
const VAIN_READS_MAX = 10;
/** Runs that appear or end are read together, this often. */
const GATHER_MS = 500;
export class RunList {
  readonly state: Store<ListState>;
  readonly #deps: Deps;
  readonly #runs = new Map<string, RunView>();
  #pieces: readonly Piece[] = NOTHING;
  #version = 0;
  #error: unknown;
  /** After a failure nothing is read until it is tried again. */
  #failed = false;
  #busy: Promise<void> | undefined;
  #vain = 0;
  #range: readonly [number, number] = [0, 0];
  #changes: RunChange[] = [];
  #unknown = new Set<string>();
  #gathering = false;
  /** Grows when something may have been missed: what was asked for before that is not fresh. */
  #era = 0;
  /** Runs that came while a piece was being read: its answer may be older. */
  #arrived: RunView[] = [];
  #drawing = false;
  /** Runs of which an event told the end: no event of the list tells what their progress came to. */
  readonly #ended = new Set<string>();
  #endedSoon = false;
  #freshening = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.state = createStore<ListState>(this.#snapshot());
  }

  readonly get = (id: string): RunView | undefined => this.#runs.get(id);

  /** Rows that are looked at, and those around them: what is missing there is read. */
  show(first: number, last: number): void {
    if (last > this.#range[1]) this.#vain = 0;
    this.#range = [first, last];
    this.#pump();
  }

  /** Looks further back after a pause, or tries again after an error. */
  retry(): void {
    this.#vain = 0;
    this.#failed = false;
    this.#pump();
    this.#publish();
  }

  /** Something may have been missed. What is shown stays until it has been read anew. */
  markStale(): void {
    this.#era += 1;
    this.#pieces = stale(this.#pieces);
    this.retry();
  }

  /** A change that came live; many of them are shown together. */
  change(change: RunChange): void {
    this.#changes.push(change);
    if (this.#drawing) return;
    this.#drawing = true;
    this.#deps.nextFrame(() => {
      this.#drawing = false;
      this.#applyChanges();
    });
  }

  /** Reads what no event tells: the progress of the runs that are looked at and run, or have ended since it was read. */
  async freshen(): Promise<void> {
    const [first, last] = this.#range;
    const seen = this.state.get().order.slice(first, last + 1);
    const moved = seen.flatMap((id) => {
      const run = this.#runs.get(id);
      return run && (run.state === 'running' || this.#ended.has(id)) ? [run] : [];
    });
    const [newest, oldest] = [moved[0], moved.at(-1)];
    if (newest === undefined || oldest === undefined) return;
    if (this.#failed || this.#freshening) return;
    const until = new Date(Date.parse(newest.created_at) + 1).toISOString();
    const asked = {
      ...this.#deps.query(),
      ...(moved.every(({ state }) => state === 'running') && { state: 'running' as const }),
      since: oldest.created_at,
      until,
    };
    this.#freshening = true;
    // Progress is read again soon; whether the server answers is told by other reads.
    const page = await this.#deps.read({ ...asked, limit: PAGE }).catch(() => undefined);
    this.#freshening = false;
    if (page) this.take(page.runs);
  }

  /** Views that somebody has read, or that an answer brought. */
  take(views: readonly RunView[]): void {
    for (const view of views) if (this.#runs.has(view.run_id)) this.#put(view);
    this.#dropUnfit(views.map(({ run_id }) => run_id));
    this.#publish();
  }

  #put(view: RunView): void {
    const before = this.#runs.get(view.run_id);
    // An answer may be older than what came live meanwhile.
    if (before !== undefined && before.last_seq > view.last_seq) return;
    this.#runs.set(view.run_id, view);
    this.#ended.delete(view.run_id);
  }

  #fits(state: RunState): boolean {
    const { state: wanted } = this.#deps.query();
    return wanted === undefined || [wanted].flat().includes(state);
  }

  #applyChanges(): void {
    const changes = this.#changes;
    this.#changes = [];
    for (const change of changes) {
      const before = this.#runs.get(change.run_id);
      if (before) this.#fold(before, change);
      else if (this.#fits(change.data.status)) this.#unknown.add(change.run_id);
    }
    this.#dropUnfit(changes.map(({ run_id }) => run_id));
    this.#publish();
    if (this.#unknown.size > 0) void this.#gather();
    if (this.#ended.size > 0) void this.#freshenSoon();
  }

  #fold(before: RunView, change: RunChange): void {
    const after = foldEvent(before, change);
    this.#runs.set(after.run_id, after);
    if (isTerminal(after.state) && !isTerminal(before.state)) this.#ended.add(after.run_id);
  }

  async #freshenSoon(): Promise<void> {
    if (this.#endedSoon) return;
    this.#endedSoon = true;
    await this.#deps.wait(GATHER_MS);
    this.#endedSoon = false;
    await this.freshen();
  }

  #forget(id: string): void {
    this.#runs.delete(id);
    this.#ended.delete(id);
  }

  #dropUnfit(ids: readonly string[]): void {
    const unfit = ids.filter((id) => {
      const run = this.#runs.get(id);
      return run !== undefined && !this.#fits(run.state);
    });
    if (unfit.length === 0) return;
    const gone = new Set(unfit);
    this.#pieces = removeRuns(this.#pieces, gone);
    for (const id of gone) this.#forget(id);
  }

  /** Reads runs of which only a change is known: they are new, or fit now. */
  async #gather(): Promise<void> {
    if (this.#gathering) return;
    this.#gathering = true;
    await this.#deps.wait(GATHER_MS);
    this.#gathering = false;
    const since = beforeAll(this.#unknown);
    this.#unknown.clear();
    const query = this.#deps.query();
    try {
      const page = await this.#deps.read({ ...query, since, limit: PAGE });
      if (page.next_cursor !== null) {
        this.markStale();
        return;
      }
      // The answer is of all runs since then, also of those from before the filter's own time.
      const own = momentOf(query.since, Date.now());
      const runs = page.runs.filter(({ created_at }) => Date.parse(created_at) >= own);
      this.#accept(runs);
      this.#arrived.push(...runs);
      this.#pieces = insertRuns(this.#pieces, runs);
      this.#publish();
    } catch {
      // The next read of the list brings them, or says why not.
      this.markStale();
    }
  }

  #accept(runs: readonly RunView[]): void {
    for (const run of runs) this.#put(run);
  }

  #pump(): void {
    if (this.#busy !== undefined || this.#failed || this.#isPaused()) return;
    const at = pieceToRead(this.#pieces, ...this.#range);
    if (at === undefined) return;
    this.#busy = this.#readPiece(at).finally(() => {
      this.#busy = undefined;
      this.#pump();
      this.#publish();
    });
    this.#publish();
  }

  async #readPiece(at: number): Promise<void> {
    const piece = this.#pieces[at];
    const limit = piece?.cursor === undefined && piece?.ids.length === 0 ? FIRST_PAGE : PAGE;
    const shown = this.state.get().order.length;
    const era = this.#era;
    this.#arrived = [];
    try {
      const cursor = piece?.cursor;
      const query = this.#deps.query();
      const page = await this.#deps.read({
        ...query,
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      this.#error = undefined;
      this.#accept(page.runs);
      const createdAt = (id: string): string => this.#runs.get(id)?.created_at ?? '';
      const replaced = replacePiece(this.#pieces, at, page, createdAt);
      this.#pieces = insertRuns(era === this.#era ? replaced : stale(replaced), this.#arrived);
      this.#dropUnfit(page.runs.map(({ run_id }) => run_id));
      this.#forgetUnlisted();
      this.#publish();
      this.#vain = this.state.get().order.length > shown ? 0 : this.#vain + 1;
    } catch (error) {
      this.#failed = true;
      this.#error = error;
    }
  }

  #forgetUnlisted(): void {
    const listed = new Set(idsOf(this.#pieces));
    if (listed.size === this.#runs.size) return;
    for (const id of this.#runs.keys()) if (!listed.has(id)) this.#forget(id);
  }

  #isPaused(): boolean {
    return this.#vain >= VAIN_READS_MAX;
  }

  #order(): readonly string[] {
    const order = idsOf(this.#pieces);
    const before = this.state?.get().order;
    const isSame = before?.length === order.length && before.every((id, at) => id === order[at]);
    return isSame ? before : order;
  }

  #snapshot(): ListState {
    const last = this.#pieces.at(-1);
    const complete = last !== undefined && last.fresh && last.until === null;
    return {
      order: this.#order(),
      version: this.#version,
      reading: this.#busy !== undefined,
      error: this.#error,
      complete,
      scannedUntil: this.#pieces.at(-2)?.until ?? null,
      paused: this.#isPaused() && !complete,
    };
  }

  #publish(): void {
    this.#version += 1;
    this.state.set(this.#snapshot());
  }
}
