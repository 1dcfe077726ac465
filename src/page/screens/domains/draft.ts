/** What somebody has changed in a form, and the version that it was changed from. */
import { useState } from 'react';
import type { Versioned } from '../../../client/http.ts';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `read` gives the fields of the form for what the server has. */
export function useDraft<Value, Form extends object>(
  current: Versioned<Value>,
  read: (value: Value) => Form,
) {
  const [draft, setDraft] = useState<{ readonly form: Form; readonly etag: string | null }>();
  const stored = read(current.value);
  const form = draft?.form ?? stored;
  const isChanged = !same(form, stored);
  return {
    form,
    stored,
    isChanged,
    /** Somebody else saved another version after this one was begun. */
    isBehind: isChanged && draft !== undefined && draft.etag !== current.etag,
    /** Version of which the form is a change. */
    etag: draft?.etag ?? current.etag,
    edit: (change: Partial<Form>): void =>
      setDraft((old) => ({
        form: { ...(old?.form ?? stored), ...change },
        etag: old === undefined ? current.etag : old.etag,
      })),
    /** Forgets the changes. */
    drop: (): void => setDraft(undefined),
    /** Keeps the changes, as those of the version that is there now. */
    rebase: (): void => setDraft({ form, etag: current.etag }),
  };
}
export type Draft<Value, Form extends object> = ReturnType<typeof useDraft<Value, Form>>;
