/** The text of an entry while it is changed, by the form or by hand: both change the same text. */
import type { Node } from 'jsonc-parser';
import { useCallback, useMemo, useState } from 'react';
import { SluiceError } from '../../client/errors.ts';
import { type Path, parse, withRaw, withValue } from './json-text.ts';
import { idOf } from './shape.ts';

export type EntryDraft = {
  readonly text: string;
  /** Of the last text that was JSON. */
  readonly tree: Node;
  /** Changes when the text is replaced as a whole. */
  readonly epoch: number;
  set(path: Path, value: unknown): void;
  setRaw(path: Path, raw: string): void;
  /** A field has text that is no value yet. */
  noteFault(path: Path, isWrong: boolean): void;
  errorAt(path: Path): string | undefined;
};

export type DraftState = EntryDraft & {
  /** What is wrong with the text as JSON. */
  readonly fault: string | undefined;
  /** Nothing hinders a save. */
  readonly isWhole: boolean;
  /** By hand, or another version in its place. */
  replace(text: string, byHand: boolean): void;
};

/** `error`: of the last save. */
export function useEntryDraft(first: string, error: unknown): DraftState {
  const [{ text, epoch }, setState] = useState({ text: first, epoch: 0 });
  const [faults, setFaults] = useState<ReadonlySet<string>>(new Set());
  const parsed = useMemo(() => parse(text), [text]);
  const [lastTree, setLastTree] = useState<Node>();
  if (parsed.tree !== undefined && parsed.tree !== lastTree) setLastTree(parsed.tree);
  const change = useCallback((next: (text: string) => string): void => {
    setState((old) => ({ ...old, text: next(old.text) }));
  }, []);
  const fields = error instanceof SluiceError ? error.fields : [];
  return {
    text,
    epoch,
    tree: parsed.tree ?? lastTree ?? EMPTY,
    fault: parsed.fault,
    isWhole: parsed.fault === undefined && faults.size === 0,
    set: (path, value) => change((old) => withValue(old, path, value)),
    setRaw: (path, raw) => change((old) => withRaw(old, path, raw)),
    noteFault(path, isWrong) {
      const next = new Set(faults);
      if (isWrong) next.add(idOf(path));
      else next.delete(idOf(path));
      if (next.size !== faults.size) setFaults(next);
    },
    errorAt(path) {
      const id = idOf(path);
      // Of what is inside, where the form has no field of its own: `overridable.3`.
      const found = fields.find(({ field }) => field === id || field.startsWith(`${id}.`));
      if (found === undefined) return undefined;
      return found.field === id ? found.message : `${found.field} ${found.message}`;
    },
    replace(next, byHand) {
      setFaults(new Set());
      setState((old) => ({ text: next, epoch: byHand ? old.epoch : old.epoch + 1 }));
    },
  };
}

const EMPTY: Node = { type: 'object', offset: 0, length: 2, children: [] };
