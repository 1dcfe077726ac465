/** One field of an entry: what it means is said by the API's document, and what is wrong with it by the server. */
import { useState } from 'react';
import type { Plain } from '../parts/api-document.ts';
import { Help } from '../parts/help.tsx';
import { TextInput } from '../ui/fields.tsx';
import { Checkbox } from '../ui/forms/checkbox.tsx';
import { Select } from '../ui/forms/select.tsx';
import type { EntryDraft } from './draft.ts';
import { type Path, parse, rawAt, valueAt } from './json-text.ts';
import { linesOfList, linesOfMap, listOfLines, mapOfLines } from './lines.ts';
import { defaultIn, idOf, labelOf, shapeOf } from './shape.ts';

export type EntryFieldProps = {
  readonly draft: EntryDraft;
  readonly path: Path;
  readonly field: Plain;
  /** It names the entry, which keeps its name. */
  readonly isFixed?: boolean;
  readonly isRequired?: boolean;
};

const ROWS = 4;

function shared({ draft, path, field, isFixed = false, isRequired = false }: EntryFieldProps) {
  const error = draft.errorAt(path);
  const empty = defaultIn(field.description);
  return {
    label: labelOf(path.at(-1) ?? ''),
    isReadOnly: isFixed,
    isRequired,
    description: <Help text={field.description} />,
    ...(error !== undefined && { error }),
    ...(empty !== undefined && { placeholder: empty }),
  };
}

/** What stands for nothing: null where the API takes it, else no member. */
const nothing = ({ nullable }: Plain): null | undefined => (nullable ? null : undefined);

function TextField(props: EntryFieldProps & { readonly rows?: number }) {
  const { draft, path, field, isRequired, rows } = props;
  const value = valueAt(draft.tree, path);
  return (
    <TextInput
      {...shared(props)}
      {...(rows !== undefined && { rows, code: path.at(-1) !== 'description' })}
      value={typeof value === 'string' ? value : ''}
      onChange={(text) =>
        draft.set(path, text === '' && isRequired !== true ? nothing(field) : text)
      }
    />
  );
}

function IntegerField(props: EntryFieldProps) {
  const { draft, path, field } = props;
  const raw = rawAt(draft.text, draft.tree, path);
  const value = valueAt(draft.tree, path);
  return (
    <TextInput
      {...shared(props)}
      inputMode="numeric"
      value={typeof value === 'string' ? value : raw === undefined || raw === 'null' ? '' : raw}
      onChange={(text) => {
        if (text === '') draft.set(path, nothing(field));
        // What is no number is sent as it is: the server says what is wrong.
        else if (/^-?(0|[1-9]\d*)$/.test(text)) draft.setRaw(path, text);
        else draft.set(path, text);
      }}
    />
  );
}

type LinesProps = EntryFieldProps & {
  readonly lines: string;
  readonly read: (text: string) => unknown;
};

/** What is typed stays as it is while it means the same: an empty line at the end, for one. */
function LinesField({ lines, read, ...props }: LinesProps) {
  const { draft, path, field } = props;
  const [typed, setTyped] = useState(lines);
  const means = (text: string): string => JSON.stringify(read(text));
  const shown = means(typed) === means(lines) ? typed : lines;
  const isMap = shapeOf(field) === 'map';
  return (
    <TextInput
      {...shared(props)}
      label={`${labelOf(path.at(-1) ?? '')} (${isMap ? 'NAME=text, ' : ''}one a line)`}
      rows={Math.max(2, Math.min(ROWS, shown.split('\n').length + 1))}
      code
      value={shown}
      onChange={(text) => {
        setTyped(text);
        draft.set(path, text.trim() === '' ? nothing(field) : read(text));
      }}
    />
  );
}

/** JSON text. It is part of the entry only while it is JSON. */
function JsonField(props: EntryFieldProps) {
  const { draft, path, field } = props;
  const raw = rawAt(draft.text, draft.tree, path);
  const stored = raw === undefined || raw === 'null' ? '' : raw;
  const [typed, setTyped] = useState<string>();
  // A value on its own is no document for `parse`.
  const faultOf = (text: string): string | undefined =>
    text.trim() === '' ? undefined : parse(`{"value":${text}\n}`).fault;
  const fault = typed === undefined ? undefined : faultOf(typed);
  const outdented = stored.replaceAll(`\n${'  '.repeat(path.length)}`, '\n');
  const props_ = shared(props);
  return (
    <TextInput
      {...props_}
      label={`${labelOf(path.at(-1) ?? '')} (JSON)`}
      rows={Math.max(ROWS, Math.min(14, (typed ?? outdented).split('\n').length + 1))}
      code
      spellCheck="false"
      value={typed ?? outdented}
      onChange={(text) => {
        setTyped(text);
        const isWrong = faultOf(text) !== undefined;
        draft.noteFault(path, isWrong);
        if (isWrong) return;
        if (text.trim() === '') draft.set(path, nothing(field));
        else draft.setRaw(path, text);
      }}
      onBlur={() => {
        if (fault === undefined) setTyped(undefined);
      }}
      {...(fault !== undefined && { error: `It is no JSON yet. ${fault}` })}
    />
  );
}

function ChoiceField(props: EntryFieldProps) {
  const { draft, path, field } = props;
  const value = valueAt(draft.tree, path);
  const { placeholder: _, isReadOnly: __, ...rest } = shared(props);
  return (
    <Select
      {...rest}
      choices={(field.enum ?? []).map((id) => ({ id, label: id }))}
      value={typeof value === 'string' ? value : null}
      onChange={(id) => draft.set(path, id)}
    />
  );
}

export function EntryField(props: EntryFieldProps) {
  const { draft, path, field } = props;
  const value = valueAt(draft.tree, path);
  const shape = shapeOf(field);
  // A form of lines begins anew when another text is taken over.
  const key = `${idOf(path)} ${draft.epoch}`;
  switch (shape) {
    case 'text':
      return <TextField {...props} />;
    case 'long':
      return <TextField {...props} rows={path.at(-1) === 'description' ? 2 : 12} />;
    case 'integer':
      return <IntegerField {...props} />;
    case 'boolean': {
      const { label, description } = shared(props);
      return (
        <Checkbox
          label={label}
          description={description}
          isSelected={value === true}
          onChange={(next) => draft.set(path, next)}
        />
      );
    }
    case 'choice':
      return <ChoiceField {...props} />;
    case 'list':
    case 'map': {
      const lines = shape === 'list' ? linesOfList(value) : linesOfMap(value);
      if (lines === undefined) return <JsonField key={key} {...props} />;
      const read = shape === 'list' ? listOfLines : mapOfLines;
      return <LinesField key={key} {...props} lines={lines} read={read} />;
    }
    case 'choices':
    case 'group':
    case 'json':
      return <JsonField key={key} {...props} />;
  }
}
