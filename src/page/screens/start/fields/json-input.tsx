/** A value of JSON, and a list of words, as text: what is half typed stays as it is. */
import { type ReactNode, useState } from 'react';
import type { JsonTree } from '../../../../core/json/text.ts';
import { TextInput } from '../../../ui/fields.tsx';
import { sameTree } from '../model/conditions.ts';
import { fromText, jsonFault, toText } from '../model/values.ts';

type Props = {
  readonly label: string;
  readonly description: ReactNode;
  readonly error: string | undefined;
  readonly isRequired: boolean;
  readonly isDisabled: boolean;
  readonly value: JsonTree | undefined;
  /** Text that is no JSON is wrong, not a text. */
  readonly strict: boolean;
  /** An empty text where nothing is typed. */
  readonly onChange: (value: JsonTree) => void;
};

const ROWS_MAX = 12;

export function JsonInput({ value, strict, error, onChange, ...rest }: Props) {
  const [draft, setDraft] = useState(() => toText('json', value));
  const same = sameTree(fromText('json', draft), value ?? '');
  // Another value came from elsewhere, such as a file.
  const text = same ? draft : toText('json', value);
  const fault = strict && text.trim() !== '' ? jsonFault(text) : undefined;
  return (
    <TextInput
      {...rest}
      code
      rows={Math.min(ROWS_MAX, Math.max(2, text.split('\n').length))}
      value={text}
      error={fault === undefined ? error : `This is no JSON: ${fault}`}
      onChange={(next) => {
        setDraft(next);
        onChange(fromText('json', next));
      }}
    />
  );
}
