/** Saves an entry so that nobody else's change is overwritten. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { SluiceError } from '../../client/errors.ts';
import { JsonText } from '../../client/http.ts';
import { useClient } from '../app/context.tsx';
import { changesBetween, parse, valueAt } from './json-text.ts';
import { forEditing, type Sort } from './sorts.ts';

/** What the server has: its text as somebody changes it, and its version. */
export type Base = { readonly text: string; readonly etag: string | null };

const OUTDATED: readonly string[] = ['precondition_failed', 'changed', 'conflict', 'not_found'];

/**
 * The entry has all that is in the text, and nothing that the text has removed from its base: it is saved, even if the answer said
 * otherwise.
 */
export function holds(stored: string, text: string, base: string | undefined): boolean {
  const { tree } = parse(base ?? '{}');
  return changesBetween(text, stored).every(
    ({ before, path }) =>
      before === undefined && (tree === undefined || valueAt(tree, path) === undefined),
  );
}

const isCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof SluiceError && codes.includes(error.code);

/** How a save ended: `conflict` when somebody else's version is there, or none any more. */
type Outcome = { readonly done: string } | { readonly conflict: Base } | { readonly deleted: true };

type Saving = {
  readonly sort: Sort;
  readonly domain: string | undefined;
  /** The version that is changed; undefined for a new entry. */
  readonly base: Base | undefined;
};

export function useSave({ sort, domain, base: first }: Saving) {
  const client = useClient();
  const queries = useQueryClient();
  const [base, setBase] = useState(first);
  const calls = sort.callsOf(client);
  const query = domain === undefined ? {} : { domain };

  async function readNow(name: string): Promise<Base | undefined> {
    try {
      const { text, etag } = await calls.getVersioned(name, query);
      return { text: forEditing(text), etag };
    } catch (error) {
      if (isCode(error, ['not_found'])) return undefined;
      throw error;
    }
  }

  /** Why it was refused: its own first try may have arrived, or somebody was faster. */
  async function explain(name: string, text: string, error: unknown): Promise<Outcome> {
    if (!isCode(error, OUTDATED)) throw error;
    const now = await readNow(name);
    if (now === undefined) {
      if (base === undefined) throw error;
      return { deleted: true };
    }
    if (holds(now.text, text, base?.text)) return { done: name };
    // Of a new entry it is the name that is taken.
    if (base === undefined) throw error;
    return { conflict: now };
  }

  const save = useMutation({
    mutationFn: async (text: string): Promise<Outcome> => {
      const { tree } = parse(text);
      const named = tree && valueAt(tree, ['name']);
      const name = typeof named === 'string' ? named : '';
      const body = new JsonText(text);
      try {
        if (base === undefined) await calls.create(body, query);
        else await calls.putText(name, body, { ...query, ifMatch: base.etag ?? undefined });
        return { done: name };
      } catch (error) {
        return await explain(name, text, error);
      }
    },
    onSuccess: async (outcome) => {
      if ('done' in outcome) await queries.invalidateQueries({ queryKey: [sort.plural] });
    },
  });
  return { save, base, setBase };
}
