/** Changes an entry, or makes one: a form beside the whole as JSON, which both show the same text. */
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ApiDocument } from '../parts/api-document.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextInput } from '../ui/fields.tsx';
import { Problem } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import { Conflict } from './conflict.tsx';
import { type DraftState, useEntryDraft } from './draft.ts';
import { EntryForm } from './entry-form.tsx';
import { pretty } from './json-text.ts';
import { type Base, useSave } from './save.ts';
import type { Sort } from './sorts.ts';
import './entries.css';

type EditorProps = {
  readonly sort: Sort;
  readonly document: ApiDocument;
  readonly domain: string | undefined;
  /** The version that is changed; undefined for a new entry. */
  readonly base: Base | undefined;
  /** What the text is at first. */
  readonly text: string;
  readonly onSaved: (name: string) => void;
};

const ROWS = 28;

function JsonPane({ draft, noun }: { readonly draft: DraftState; readonly noun: string }) {
  const { fault } = draft;
  return (
    <div className="card entry-json">
      <TextInput
        label="The whole as JSON"
        description={`All fields of the ${noun}, also those without a field of their own in the form. Long numbers keep their digits.`}
        rows={ROWS}
        code
        spellCheck="false"
        value={draft.text}
        onChange={(text) => draft.replace(text, true)}
        // Fields of the form that show lines take over what was typed here.
        onBlur={() => draft.replace(fault === undefined ? pretty(draft.text) : draft.text, false)}
        {...(fault !== undefined && { error: `It is no JSON. ${fault}` })}
      />
    </div>
  );
}

/** Leaving with changes that are not saved asks first. */
function Leaving({ isChanged }: { readonly isChanged: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Dialog
      title="Leave without saving?"
      isOpen
      onClose={blocker.reset}
      actions={
        <>
          <Button onPress={blocker.reset}>Stay</Button>
          <Button variant="danger" onPress={blocker.proceed}>
            Leave, and lose the changes
          </Button>
        </>
      }
    >
      <p>What you have changed here is not saved.</p>
    </Dialog>
  );
}

function useEditor({ sort, domain, base: first, text, onSaved }: EditorProps) {
  const { save, base, setBase } = useSave({ sort, domain, base: first });
  const draft = useEntryDraft(text, save.error);
  const [theirs, setTheirs] = useState<Base>();
  const [deleted, setDeleted] = useState(false);
  const [saved, setSaved] = useState<string>();
  const leave = useEffectEvent(onSaved);
  // Once what guards unsaved changes knows that there are none.
  useEffect(() => {
    if (saved !== undefined) leave(saved);
  }, [saved]);
  const submit = (): void =>
    save.mutate(draft.text, {
      onSuccess: (outcome) => {
        if ('conflict' in outcome) setTheirs(outcome.conflict);
        else if ('deleted' in outcome) setDeleted(true);
        else {
          setSaved(outcome.done);
          toast({ text: `The ${sort.noun} ${outcome.done} is saved.` });
        }
      },
    });
  const form = useRef<HTMLFormElement>(null);
  // To the first field that is refused, once its error is drawn.
  useEffect(() => {
    if (save.error !== null)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [save.error]);
  const goOn = (now: Base, next: string): void => {
    setBase(now);
    draft.replace(next, false);
    setTheirs(undefined);
  };
  const again = (): void => {
    setBase(undefined);
    setDeleted(false);
  };
  const isChanged = saved === undefined && draft.text !== (base?.text ?? text);
  return { form, save, base, draft, theirs, setTheirs, deleted, again, submit, goOn, isChanged };
}

export function EntryEditor(props: EditorProps) {
  const { sort, document, base: first } = props;
  const editor = useEditor(props);
  const { save, base, draft, theirs, deleted, isChanged } = editor;
  return (
    <form
      ref={editor.form}
      className="entry-editor"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending && draft.isWhole) editor.submit();
      }}
    >
      <div className="entry-form">
        {save.isError && <Problem error={save.error} what={`The ${sort.noun}`} />}
        {deleted && (
          <div className="state-problem" role="alert">
            <strong>Somebody else has deleted the {sort.noun} meanwhile.</strong>
            <div className="actions problem-actions">
              <Button onPress={editor.again}>Make it anew</Button>
            </div>
          </div>
        )}
        {draft.fault !== undefined && (
          <p className="entry-stale" role="status">
            The text is no JSON at the moment; the form shows what it was before.
          </p>
        )}
        <fieldset className="entry-fields" disabled={draft.fault !== undefined}>
          <EntryForm
            draft={draft}
            document={document}
            schema={sort.schema}
            sections={sort.sections}
            isNew={first === undefined}
          />
        </fieldset>
      </div>
      <JsonPane draft={draft} noun={sort.noun} />
      <div className="actions entry-save">
        <Button
          type="submit"
          variant="primary"
          isDisabled={save.isPending || !draft.isWhole || !(isChanged || base === undefined)}
        >
          {base === undefined ? `Make the ${sort.noun}` : 'Save'}
        </Button>
        {isChanged && base !== undefined && (
          <Button onPress={() => draft.replace(base.text, false)}>Undo my changes</Button>
        )}
      </div>
      {theirs !== undefined && base !== undefined && (
        <Conflict
          name={`this ${sort.noun}`}
          base={base.text}
          theirs={theirs.text}
          mine={draft.text}
          onTheirs={() => editor.goOn(theirs, theirs.text)}
          onMerged={(text) => editor.goOn(theirs, text)}
          onClose={() => editor.setTheirs(undefined)}
        />
      )}
      <Leaving isChanged={isChanged} />
    </form>
  );
}
