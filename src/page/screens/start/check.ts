/** Asks the server, while somebody types, what a start would do. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Client } from '../../../client/client.ts';
import { SluiceError } from '../../../client/errors.ts';
import { JsonText } from '../../../client/http.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../core/json/text.ts';
import { useClient, useRunChanges } from '../../app/context.tsx';

/** A pause in typing. */
const PAUSE_MS = 300;
/** Changes of runs come in crowds; the place in the queue may be so old. */
const LANE_MS = 2_000;
const KEY = 'start-check';

export type Checked =
  | { readonly would: JsonObject; readonly refusal?: never }
  | { readonly would?: never; readonly refusal: SluiceError };

/** Failures that say nothing about the request. */
const NO_ANSWER: readonly SluiceError['code'][] = [
  'unreachable',
  'unexpected',
  'unauthorized',
  'rate_limited',
  'internal',
  'unavailable',
  'schema_mismatch',
];

export const isRefusal = (error: unknown): error is SluiceError =>
  error instanceof SluiceError && !NO_ANSWER.includes(error.code);

async function check(client: Client, body: string, signal: AbortSignal): Promise<Checked> {
  try {
    const text = await client.dryRunText(new JsonText(body), { signal });
    const would = parseJson(text, Number.POSITIVE_INFINITY);
    if (isJsonObject(would)) return { would };
    throw new Error('The answer of the check is no object.');
  } catch (error) {
    if (isRefusal(error)) return { refusal: error };
    throw error;
  }
}

function useSettled(body: string): string {
  const [settled, setSettled] = useState(body);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(body), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [body]);
  return settled;
}

/** Asks again when runs change: another place in the queue. */
function useLaneChanges(): void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const soon = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: [KEY] });
    }, LANE_MS);
  };
  useRunChanges({ onStale: soon, onChange: soon });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

export type Check = {
  /** The newest answer, perhaps of what was typed before; undefined before the first. */
  readonly checked: Checked | undefined;
  /** The answer is not about what is typed now. */
  readonly isOld: boolean;
  /** Why there is no answer. */
  readonly error: Error | null;
  readonly again: () => void;
};

/** The answer to the last body that was asked about; late answers to earlier ones are dropped. */
export function useCheck(body: string): Check {
  const client = useClient();
  const settled = useSettled(body);
  const query = useQuery({
    queryKey: [KEY, settled],
    queryFn: ({ signal }) => check(client, settled, signal),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  useLaneChanges();
  return {
    checked: query.data,
    isOld: body !== settled || query.isPlaceholderData || query.isPending,
    error: query.error,
    again: () => void query.refetch(),
  };
}
