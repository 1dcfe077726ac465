/** Names and texts, such as labels: a row each. */
import { useState } from 'react';
import { isJsonObject, type JsonObject, type JsonTree } from '../../../../core/json/text.ts';
import { writeJson } from '../../../../core/json/write.ts';
import { Button } from '../../../ui/button.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { textAt } from '../model/request.ts';

type Row = { readonly id: number; readonly name: string; readonly text: string };

/** How a text of a row is a value, and back. */
export type Codec = {
  readonly read: (text: string) => JsonTree;
  readonly write: (tree: JsonObject, name: string) => string;
  readonly placeholder?: string;
  readonly textLabel: string;
};

export const PLAIN: Codec = {
  read: (text) => text,
  write: (tree, name) => textAt(tree, [name]),
  textLabel: 'Value',
};

/** `secret/key`, or the key of the target's vault alone. */
export const SECRET_SOURCE: Codec = {
  read: (text) => {
    const [secret = '', ...key] = text.split('/');
    return new Map(
      key.length === 0
        ? [['vault_key', secret]]
        : [
            ['secret', secret],
            ['key', key.join('/')],
          ],
    );
  },
  write: (tree, name) => {
    const vault = textAt(tree, [name, 'vault_key']);
    return vault === ''
      ? `${textAt(tree, [name, 'secret'])}/${textAt(tree, [name, 'key'])}`
      : vault;
  },
  textLabel: 'Secret and key',
  placeholder: 'secret/key',
};

const rowsOf = (tree: JsonTree | undefined, { write }: Codec): Row[] =>
  isJsonObject(tree)
    ? Array.from(tree.keys(), (name, id) => ({ id, name, text: write(tree, name) }))
    : [];

const treeOf = (rows: readonly Row[], { read }: Codec): JsonObject | undefined => {
  const named = rows.filter(({ name }) => name.trim() !== '');
  return named.length === 0
    ? undefined
    : new Map(named.map(({ name, text }) => [name.trim(), read(text)]));
};

type Props = {
  readonly label: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly codec?: Codec;
  readonly value: JsonTree | undefined;
  readonly onChange: (value: JsonTree | undefined) => void;
};

export function Pairs({ label, hint, error, codec = PLAIN, value, onChange }: Props) {
  const [rows, setRows] = useState(() => rowsOf(value, codec));
  const [added, setAdded] = useState<number>();
  const same = writeJson(treeOf(rows, codec) ?? new Map()) === writeJson(value ?? new Map());
  const shown = same ? rows : rowsOf(value, codec);
  const change = (next: readonly Row[]) => {
    setRows([...next]);
    onChange(treeOf(next, codec));
  };
  const edit = (id: number, part: Partial<Row>) =>
    change(shown.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const add = () => {
    const id = Math.max(-1, ...shown.map((row) => row.id)) + 1;
    setAdded(id);
    setRows([...shown, { id, name: '', text: '' }]);
  };
  return (
    <fieldset className="start-pairs">
      <legend className="field-label">{label}</legend>
      {shown.map(({ id, name, text }, index) => (
        <div className="start-pair" key={id}>
          <TextInput
            label="Name"
            value={name}
            // Whoever adds a row wants to write into it.
            autoFocus={id === added}
            onChange={(next) => edit(id, { name: next })}
          />
          <TextInput
            label={codec.textLabel}
            value={text}
            onChange={(next) => edit(id, { text: next })}
            {...(codec.placeholder && { placeholder: codec.placeholder })}
          />
          <Button
            variant="quiet"
            aria-label={`Remove ${name === '' ? `row ${index + 1}` : name} of ${label}`}
            onPress={() => change(shown.filter((row) => row.id !== id))}
          >
            ✕
          </Button>
        </div>
      ))}
      <div>
        <Button aria-label={`Add to ${label}`} onPress={add}>
          + Add
        </Button>
      </div>
      <span className="field-help">{hint}</span>
      {error !== undefined && <span className="field-error">{error}</span>}
    </fieldset>
  );
}
