/** Lines of the view that are near, in pages; the worker has all of them. */
import type { DrawnLine } from '../store/drawn-line.ts';

const PAGE = 256;
const PAGES_MAX = 48;

export type Pages = {
  /** Undefined while it is being fetched; `onArrival` tells when it is there. */
  line(place: number): DrawnLine | undefined;
  /** Fetches the pages of these places before they are needed. */
  ahead(from: number, to: number): void;
  /** The view has other rows now. */
  clear(): void;
};

type Page = {
  lines: readonly DrawnLine[] | undefined;
  /** Rows that were asked for: a page at the end grows. */
  size: number;
};

/** `rowsOf` names the rows of places `[from, to)`, as many as there are; `fetch` brings their lines. */
export function createPages(deps: {
  readonly rowsOf: (from: number, to: number) => Uint32Array;
  readonly fetch: (rows: Uint32Array) => Promise<readonly DrawnLine[]>;
  readonly onArrival: () => void;
}): Pages {
  /** In the order of their last use. */
  let pages = new Map<number, Page>();

  async function bring(page: Page, rows: Uint32Array, current: typeof pages): Promise<void> {
    const lines = await deps.fetch(rows);
    if (pages !== current) return;
    page.lines = lines;
    deps.onArrival();
  }

  function ask(number: number): Page {
    const rows = deps.rowsOf(number * PAGE, (number + 1) * PAGE);
    const before = pages.get(number);
    if (before && before.size >= rows.length) return before;
    const page: Page = { lines: before?.lines, size: rows.length };
    pages.set(number, page);
    void bring(page, rows, pages);
    return page;
  }

  function use(number: number): Page {
    const page = pages.get(number) ?? ask(number);
    pages.delete(number);
    pages.set(number, page);
    for (const oldest of pages.keys()) {
      if (pages.size <= PAGES_MAX) break;
      pages.delete(oldest);
    }
    return page;
  }

  return {
    line(place) {
      const number = Math.floor(place / PAGE);
      const found = use(number).lines?.[place % PAGE];
      if (found === undefined) ask(number);
      return found;
    },
    ahead(from, to) {
      for (let number = Math.floor(from / PAGE); number <= Math.floor(to / PAGE); number += 1)
        use(Math.max(0, number));
    },
    clear() {
      pages = new Map();
    },
  };
}
