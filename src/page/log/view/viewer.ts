/** What a reader does with a log, and what the screen says of it. */
import type { Client } from '../../../client/client.ts';
import { createStore, type Store } from '../../app/store.ts';
import { isSame } from '../draw/same.ts';
import { type Place, parsePlace, placeText } from '../place.ts';
import type { Pattern } from '../search/matcher.ts';
import type { SearchState } from '../search/search.ts';
import type { Added } from '../store/intake.ts';
import { Finder, nextOf } from './finder.ts';
import type { Growing } from './growing.ts';
import { Rows } from './rows.ts';
import { Stage } from './stage.ts';
import { type Link, type Loaded, openStore } from './store-link.ts';

export type ViewerState = {
  readonly lines: number;
  readonly loaded: Loaded;
  readonly problem: { readonly error: unknown; readonly retryMs: number | undefined } | undefined;
  readonly isFollowing: boolean;
  readonly isAtEnd: boolean;
  /** Lines that came since the reader left the end. */
  readonly newLines: number;
  readonly hasTimes: boolean;
  readonly isWrapped: boolean;
  readonly containers: readonly string[];
  readonly container: string | undefined;
  readonly steps: number;
  readonly foldedSteps: number;
  /** Rows of errors and warnings, and those that tell of a failed step. */
  readonly troubles: number;
  readonly search: SearchState | undefined;
  /** Which of the found lines, and of the troubles, the reader is at, from 1. */
  readonly hit: number | undefined;
  readonly trouble: number | undefined;
  readonly chosen: Place | undefined;
};

export type ViewerOptions = {
  readonly client: Client;
  readonly runId: string;
  /** The element that scrolls, empty. */
  readonly scroller: HTMLElement;
  readonly initial: 'start' | 'end';
  readonly place: string;
  readonly onPlace: (place: string) => void;
};

const textOf = (place: Place | undefined): string => (place ? placeText(place) : '');

/** Which of some rows this one is, from 1. */
function indexOf(rows: Growing<Uint32Array> | undefined, row: number | undefined) {
  if (!rows || row === undefined) return undefined;
  const at = rows.below(row);
  return at < rows.length && rows.at(at) === row ? at + 1 : undefined;
}

export class Viewer {
  readonly state: Store<ViewerState>;
  readonly rows = new Rows();
  readonly link: Link;
  readonly stage: Stage;
  readonly #finder: Finder;
  readonly #onPlace: (place: string) => void;
  #loaded: Loaded = { seq: 0, lastSeq: 0, full: false };
  #problem: ViewerState['problem'];
  /** Lines that there were when the reader was at the end, or when the log had been read. */
  #seen = 0;
  #chosen: Place | undefined;
  /** Where a range begins. */
  #anchor: number | undefined;
  /** A line of the address to go to when it is there. */
  #pending: number | undefined;
  /** The first line that is found is gone to. */
  #isEager = false;

  constructor({ client, runId, scroller, initial, place, onPlace }: ViewerOptions) {
    this.#onPlace = onPlace;
    const { rows } = this;
    this.link = openStore(client, runId, {
      onAdded: (added, loaded) => this.#take(added, loaded),
      onProblem: (error, retryMs) => {
        this.#problem = error === undefined ? undefined : { error, retryMs };
        this.stage.draw();
      },
    });
    this.#finder = new Finder({
      connect: (port) => this.link.search(port),
      onChange: () => this.#found(),
    });
    this.stage = new Stage(scroller, initial === 'end', {
      rows,
      fetch: (wanted) => this.link.lines(wanted),
      isChosen: (number) => this.#isChosen(number),
      marks: (line) => this.#finder.marks(line),
      onDraw: () => this.#goToPending(),
      onDrawn: () => {
        void this.#finder.ask();
        this.#tell();
      },
    });
    this.state = createStore(this.#state());
    this.setPlace(place);
  }

  close(): void {
    this.stage.close();
    this.#finder.close();
    this.link.close();
  }

  setContainer(container: string | undefined): void {
    this.stage.keepingPlace(() => this.rows.choose(container));
    this.#searchAgain();
  }
  foldAll(folded: boolean): void {
    this.stage.keepingPlace(() => this.rows.foldAll(folded));
  }
  /** Folds or unfolds the step that a row begins or is in; without one, the row where the reader is. */
  fold(row = this.stage.current ?? this.stage.top()): void {
    const step = this.rows.stepAt(row) ?? this.rows.stepAround(row);
    if (!step) return;
    this.stage.keepingPlace(() => this.rows.fold(step, !this.rows.isFolded(step)));
    if (!this.rows.isShown(row)) this.stage.current = step.from;
  }

  /** An empty text ends the search. */
  search(pattern: Pattern): void {
    this.#isEager = pattern.text !== '';
    this.#finder.begin(pattern, this.rows.chosenSources(), this.rows.count);
  }
  stopSearch(): void {
    this.#finder.stop();
  }
  nextHit(direction: 1 | -1): void {
    const { rows } = this.#finder;
    if (rows) this.#goToNext(rows, direction);
  }
  nextTrouble(direction: 1 | -1): void {
    this.#goToNext(this.rows.troubles, direction);
  }

  /** Chooses a line, or with `isRange` all from the one chosen before. */
  choose(number: number, isRange: boolean): void {
    const from = isRange ? (this.#anchor ?? number) : number;
    this.#anchor = from;
    this.#setChosen({ from: Math.min(from, number), to: Math.max(from, number) });
  }
  chooseAll(): void {
    const { lines } = this.rows;
    if (lines === 0) return;
    this.#anchor = 1;
    this.#setChosen({ from: 1, to: lines });
  }
  chooseNone(): void {
    if (this.#chosen) this.#setChosen(undefined);
  }
  /** Chooses the line or range of words such as `120` or `L3-L20`, and goes there; returns whether they are one. */
  goToPlace(words: string): boolean {
    const text = words.trim();
    const place = parsePlace(/^\d/.test(text) ? `L${text}` : text);
    if (!place) return false;
    this.#anchor = place.from;
    this.#pending = place.from;
    this.stage.isFollowing = false;
    this.#setChosen(place);
    return true;
  }
  /** The address names this place now. */
  setPlace(text: string): void {
    const place = parsePlace(text);
    // The answer to the reader's own choice.
    if (textOf(place) === textOf(this.#chosen)) return;
    this.#chosen = place;
    this.#anchor = place?.from;
    this.#pending = place?.from;
    if (place) this.stage.isFollowing = false;
    this.stage.draw();
  }

  /** Rows of the chosen lines, of the container that is shown, also those that are folded away. */
  chosenRows(): Uint32Array {
    if (!this.#chosen) return new Uint32Array(0);
    const { from, to } = this.#chosen;
    return this.rows.between(this.rows.rowOf(from), this.rows.rowOf(to + 1));
  }

  #setChosen(place: Place | undefined): void {
    this.#chosen = place;
    this.#onPlace(textOf(place));
    this.stage.draw();
  }

  #isChosen(number: number | undefined): boolean {
    const { from = 1, to = 0 } = this.#chosen ?? {};
    return number !== undefined && number >= from && number <= to;
  }

  #take(added: Added, loaded: Loaded): void {
    const isCaughtUp = this.#loaded.seq > 0 && this.#loaded.seq >= this.#loaded.lastSeq;
    this.rows.append(added);
    this.#loaded = loaded;
    if (!isCaughtUp || this.stage.isFollowing) this.#seen = this.rows.lines;
    if (added.newSources.length > 0 && this.rows.container !== undefined) this.#searchAgain();
    else this.#finder.grow(this.rows.count);
    this.stage.draw();
  }

  #goToPending(): void {
    const { rows, stage } = this;
    if (stage.isFollowing) this.#seen = rows.lines;
    if (this.#pending === undefined) return;
    const row = rows.rowOf(this.#pending);
    if (row >= rows.count) return;
    this.#pending = undefined;
    this.#goTo(row);
  }

  #goTo(row: number): void {
    const { rows, stage } = this;
    if (!rows.isShown(row)) stage.keepingPlace(() => rows.reveal(row));
    stage.goTo(row);
  }

  #goToNext(rows: Growing<Uint32Array>, direction: 1 | -1): void {
    const { current } = this.stage;
    const from = current ?? this.stage.top() - direction;
    const next = nextOf(rows, from, direction);
    if (next !== undefined) this.#goTo(next);
  }

  #searchAgain(): void {
    const pattern = this.#finder.state?.pattern;
    if (pattern) this.#finder.begin(pattern, this.rows.chosenSources(), this.rows.count);
  }

  /** Something was found: the reader goes to the first that is not above the window, once it is known. */
  #found(): void {
    const { rows } = this.#finder;
    const top = this.stage.top();
    if (this.#isEager && rows && rows.length > 0) {
      const isDone = this.#finder.state?.status !== 'searching';
      if (isDone || rows.below(top) < rows.length) {
        this.#isEager = false;
        this.#goTo(nextOf(rows, top - 1, 1) ?? top);
      }
    }
    this.stage.draw();
  }

  /** Most drawings change nothing that is said of the log. */
  #tell(): void {
    const state = this.#state();
    const { search } = this.state.get();
    const isSearch = search && state.search && isSame(search, state.search);
    const next = isSearch ? { ...state, search } : state;
    if (!isSame(this.state.get(), next)) this.state.set(next);
  }

  #state(): ViewerState {
    const { rows, stage } = this;
    const { current } = stage;
    return {
      lines: rows.lines,
      loaded: this.#loaded,
      problem: this.#problem,
      isFollowing: stage.isFollowing,
      isAtEnd: stage.isAtEnd,
      newLines: stage.isFollowing ? 0 : rows.lines - this.#seen,
      hasTimes: stage.hasTimes,
      isWrapped: stage.isWrapped,
      containers: rows.containers(),
      container: rows.container,
      steps: rows.steps.length,
      foldedSteps: rows.foldedSteps,
      troubles: rows.troubles.length,
      search: this.#finder.state,
      hit: indexOf(this.#finder.rows, current),
      trouble: indexOf(rows.troubles, current),
      chosen: this.#chosen,
    };
  }
}
