/** The frame of a form whose changes overwrite nobody else's: saving, what is wrong, a change by somebody else. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { SluiceError } from '../../../client/errors.ts';
import { DiffLines } from '../../parts/diff/diff-lines.tsx';
import { Button } from '../../ui/button.tsx';
import { Problem } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Draft } from './draft.ts';

const CHANGED: readonly string[] = ['precondition_failed', 'changed'];

const isOutdated = (error: unknown): boolean =>
  error instanceof SluiceError && CHANGED.includes(error.code);

/** Saves, and reads anew what is there; a refusal because of another version shows up as that. */
export function useSave(key: readonly string[], what: string, put: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: put,
    onSuccess: () => toast({ text: `${what} is saved.` }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}

const textOf = (form: object): string => `${JSON.stringify(form, undefined, 2)}\n`;

type FormProps<Value, Form extends object> = {
  readonly what: string;
  readonly draft: Draft<Value, Form>;
  readonly save: ReturnType<typeof useSave>;
  readonly mayChange: boolean;
  readonly children: ReactNode;
};

export function DraftForm<Value, Form extends object>(props: FormProps<Value, Form>) {
  const { what, draft, save, mayChange, children } = props;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (save.isPending || !draft.isChanged) return;
    save.mutate(undefined, { onSuccess: draft.drop });
  };
  return (
    <form className="card form domain-form" onSubmit={submit}>
      {children}
      {draft.isBehind && (
        <div className="state-problem" role="alert">
          <strong>Somebody else has changed this meanwhile.</strong>
          <p>What saving your form would change of it:</p>
          <DiffLines
            label="Theirs and yours"
            before={textOf(draft.stored)}
            after={textOf(draft.form)}
          />
          <div className="actions problem-actions">
            <Button onPress={draft.drop}>Take theirs</Button>
            <Button onPress={draft.rebase}>Keep mine on top</Button>
          </div>
        </div>
      )}
      {save.isError && !isOutdated(save.error) && <Problem error={save.error} what={what} />}
      {mayChange && (
        <div className="actions">
          <Button
            type="submit"
            variant="primary"
            isDisabled={save.isPending || !draft.isChanged || draft.isBehind}
          >
            Save
          </Button>
          {draft.isChanged && <Button onPress={draft.drop}>Undo my changes</Button>}
        </div>
      )}
    </form>
  );
}

export const errorAt = (error: unknown, field: string): { readonly error?: string } => {
  const fault =
    error instanceof SluiceError
      ? error.fields.find((each) => each.field === field || each.field.startsWith(`${field}.`))
      : undefined;
  return fault === undefined ? {} : { error: fault.message };
};
