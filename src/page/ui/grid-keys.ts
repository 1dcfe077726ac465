/** What keys do in a grid of rows. Pure, so that it can be tested without a browser. */

export type Move = {
  /** The row that becomes the current one. */
  readonly to: number;
  /** From where it was: the rows between are selected too. */
  readonly extends: boolean;
};

type Key = { readonly key: string; readonly shiftKey: boolean; readonly ctrlKey: boolean };

/** Undefined: the key moves nothing. `page`: rows that fit into the window. */
export function moveOf(
  { key, shiftKey, ctrlKey }: Key,
  at: number,
  count: number,
  page: number,
): Move | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    j: 1,
    J: 1,
    ArrowUp: -1,
    k: -1,
    K: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  if (step === undefined || count === 0) return undefined;
  if (ctrlKey && step !== -count && step !== count) return undefined;
  return { to: Math.min(count - 1, Math.max(0, at + step)), extends: shiftKey };
}

/** Ids from one row to another, both included, in either direction. */
export function between(ids: readonly string[], from: string, to: string): readonly string[] {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  if (a < 0 || b < 0) return [to];
  return ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}

export function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}
