/** A field of what runs, such as the image of a container. */
import { JsonNumber, type JsonObject, type JsonTree } from '../../../../core/json/text.ts';
import { TextInput } from '../../../ui/fields.tsx';
import { placeId } from '../model/places.ts';
import { at, textAt } from '../model/request.ts';
import { shown } from '../model/values.ts';
import type { OwnField } from '../what/own-fields.ts';
import { JsonInput } from './json-input.tsx';
import { Pairs, PLAIN, SECRET_SOURCE } from './pairs.tsx';

type Props = {
  readonly field: OwnField;
  readonly request: JsonObject;
  /** The entry's own value. */
  readonly own: JsonTree | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: JsonTree | undefined) => void;
};

const SCRIPT_ROWS = 10;

const isList = (value: JsonTree | undefined): value is readonly JsonTree[] => Array.isArray(value);
/** A word with a line end in it cannot be a line. */
const fitsLines = (value: JsonTree | undefined): boolean =>
  value === undefined ||
  (isList(value) && value.every((word) => typeof word === 'string' && !word.includes('\n')));

function Words({ field, request, error, onChange, hint }: Props & { readonly hint: string }) {
  const value = at(request, field.path);
  if (!fitsLines(value))
    return (
      <JsonInput
        label={`${field.label} (JSON)`}
        description={hint}
        error={error}
        isRequired={false}
        isDisabled={false}
        strict
        value={value}
        onChange={(next) => onChange(next === '' ? undefined : next)}
      />
    );
  const text = isList(value)
    ? value.map((word) => (typeof word === 'string' ? word : '')).join('\n')
    : '';
  return (
    <TextInput
      label={field.label}
      description={hint}
      error={error}
      rows={3}
      code
      value={text}
      onChange={(next) => onChange(next === '' ? undefined : next.split('\n'))}
    />
  );
}

export function OwnInput(props: Props) {
  const { field, request, own, error, onChange } = props;
  const { path, label, kind, hint } = field;
  const isShown = own !== undefined && own !== null && kind !== 'script';
  const help = isShown ? `${hint} The pipeline has ${shown(own)}.` : hint;
  const text = textAt(request, path);
  const pairs = { label, hint: help, error, value: at(request, path), onChange };
  return (
    <div id={placeId(path)}>
      {kind === 'pairs' && <Pairs {...pairs} codec={PLAIN} />}
      {kind === 'secrets' && <Pairs {...pairs} codec={SECRET_SOURCE} />}
      {kind === 'words' && <Words {...props} hint={help} />}
      {(kind === 'text' || kind === 'script') && (
        <TextInput
          label={label}
          description={help}
          error={error}
          value={text}
          {...(kind === 'script' && { rows: SCRIPT_ROWS, code: true })}
          {...(typeof own === 'string' && kind === 'text' && { placeholder: own })}
          {...(own instanceof JsonNumber && { placeholder: own.text })}
          onChange={(next) => onChange(next === '' ? undefined : next)}
        />
      )}
    </div>
  );
}
