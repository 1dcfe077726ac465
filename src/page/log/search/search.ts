/** A search through the whole log, and what it has found. */
import { type Growing, words } from '../view/growing.ts';
import { compile, type Pattern } from './matcher.ts';
import type { FromSearch, ToSearch } from './messages.ts';

/** A worker that says nothing for so long while it has something to do hangs in its pattern. */
const HANG_MS = 3_000;

export type SearchState = {
  readonly pattern: Pattern;
  /** `stopped` by the reader; `hung`: the pattern takes too long; `wrong`: it is no pattern. */
  readonly status: 'searching' | 'done' | 'stopped' | 'hung' | 'closed' | 'wrong';
  readonly found: number;
  /** Rows that were looked at, of how many. */
  readonly upTo: number;
  readonly count: number;
  /** With `wrong`: what is wrong. */
  readonly message?: string;
};

export type Search = {
  readonly state: () => SearchState;
  /** Rows that were found, in order. */
  readonly rows: Growing<Uint32Array>;
  /** There are so many rows now. */
  grow(count: number): void;
  /** Where the pattern is in these texts; undefined once the search was ended. */
  marks(texts: readonly string[]): Promise<readonly number[][] | undefined>;
  /** Keeps what was found. */
  stop(): void;
  close(): void;
};

type Deps = {
  readonly pattern: Pattern;
  /** Only lines of these sources; undefined: of all. */
  readonly sources: readonly number[] | undefined;
  /** Gives the other end to the store. */
  readonly connect: (port: MessagePort) => void;
  readonly onChange: () => void;
};

class Running implements Search {
  readonly rows = words();
  readonly #deps: Deps;
  readonly #worker = new Worker(new URL('./search-worker.ts', import.meta.url), { type: 'module' });
  readonly #marks = new Map<number, (marks: readonly number[][] | undefined) => void>();
  #status: SearchState['status'] = 'searching';
  #upTo = 0;
  #count: number;
  #asked = 0;
  #alarm: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: Deps, count: number) {
    this.#deps = deps;
    this.#count = count;
    const { port1, port2 } = new MessageChannel();
    deps.connect(port1);
    const { pattern, sources } = deps;
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromSearch>) =>
      this.#take(data),
    );
    this.#send({ type: 'begin', pattern, sources, port: port2 }, [port2]);
    if (count === 0) this.#status = 'done';
    this.grow(count);
  }

  state(): SearchState {
    const { pattern } = this.#deps;
    return {
      pattern,
      status: this.#status,
      found: this.rows.length,
      upTo: this.#upTo,
      count: this.#count,
    };
  }

  grow(count: number): void {
    if (this.#isOver || this.#status === 'stopped') return;
    this.#count = count;
    if (this.#upTo < count) this.#status = 'searching';
    this.#send({ type: 'rows', count });
    this.#watch();
  }

  marks(texts: readonly string[]): Promise<readonly number[][] | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    const id = (this.#asked += 1);
    return new Promise((resolve) => {
      this.#marks.set(id, resolve);
      this.#send({ type: 'mark', id, texts });
      this.#watch();
    });
  }

  stop(): void {
    if (this.#status !== 'searching') return;
    this.#status = 'stopped';
    // Marks in the lines that are looked at are still told.
    this.#send({ type: 'rows', count: 0 });
    this.#watch();
    this.#deps.onChange();
  }
  close(): void {
    this.#end('closed');
  }

  get #isOver(): boolean {
    return this.#status === 'closed' || this.#status === 'hung';
  }

  #send(message: ToSearch, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Starts the watchdog anew while something is to be done. */
  #watch(): void {
    clearTimeout(this.#alarm);
    if (this.#status === 'searching' || this.#marks.size > 0)
      this.#alarm = setTimeout(() => this.#end('hung'), HANG_MS);
  }

  #end(status: 'closed' | 'hung'): void {
    if (this.#isOver) return;
    this.#status = status;
    clearTimeout(this.#alarm);
    this.#worker.terminate();
    for (const resolve of this.#marks.values()) resolve(undefined);
    this.#marks.clear();
    this.#deps.onChange();
  }

  #take(message: FromSearch): void {
    if (this.#isOver) return;
    if (message.type === 'marked') {
      this.#marks.get(message.id)?.(message.marks);
      this.#marks.delete(message.id);
    } else if (this.#status !== 'stopped') {
      this.#upTo = message.upTo;
      this.rows.append(message.rows);
      if (this.#upTo >= this.#count) this.#status = 'done';
      this.#deps.onChange();
    }
    this.#watch();
  }
}

/** Searches the rows that are there, and later those that come. Throws a SyntaxError for what is no regular expression. */
export function startSearch(deps: Deps, count: number): Search {
  compile(deps.pattern);
  return new Running(deps, count);
}
