/** A param of the pipeline: typed, explained, with its default. */
import type { ReactNode } from 'react';
import { JsonNumber, type JsonTree } from '../../../../core/json/text.ts';
import { Button } from '../../../ui/button.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { Checkbox } from '../../../ui/forms/checkbox.tsx';
import { type Choice, Select } from '../../../ui/forms/select.tsx';
import { sameTree } from '../model/conditions.ts';
import { placeId } from '../model/places.ts';
import type { Field } from '../model/schema.ts';
import { fromText, shown, toText } from '../model/values.ts';
import { JsonInput } from './json-input.tsx';

type Props = {
  readonly field: Field;
  /** What was given; undefined where the default runs. */
  readonly given: JsonTree | undefined;
  readonly error: string | undefined;
  readonly isRequired: boolean;
  /** It has a value though the others leave no room for it. */
  readonly isForeign: boolean;
  readonly onChange: (value: JsonTree | undefined) => void;
};

const FORMATS: Readonly<Record<string, string>> = {
  'file-path': 'The path of a file.',
  'directory-path': 'The path of a folder.',
  path: 'A path.',
  'file-path-pattern': 'A pattern of paths of files.',
  uri: 'An address, such as https://…',
  email: 'An e-mail address.',
  date: 'A day, such as 2026-11-29.',
  'date-time': 'A time, such as 2026-11-29T14:00:00Z.',
};

const LIMITS = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'more than'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'less than'],
  ['multipleOf', 'a multiple of'],
  ['minLength', 'characters: at least'],
  ['maxLength', 'characters: at most'],
  ['pattern', 'of the form'],
] as const;

/** What the schema says of its values, as one line. */
function hintOf({ schema, secret }: Field): string {
  const format = schema.get('format');
  const limits = LIMITS.flatMap(([word, text]) => {
    const limit = schema.get(word);
    return limit instanceof JsonNumber || typeof limit === 'string'
      ? [`${text} ${shown(limit)}`]
      : [];
  });
  const { length } = limits;
  return [
    typeof format === 'string' ? (FORMATS[format] ?? '') : '',
    length === 0 ? '' : `It has to be ${limits.join(', ')}.`,
    secret ? 'Params are stored with the run and shown to its readers.' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

const isList = (tree: JsonTree | undefined): tree is readonly JsonTree[] => Array.isArray(tree);

function choicesOf({ schema }: Field, value: JsonTree | undefined): readonly JsonTree[] {
  const named = schema.get('enum');
  const choices = isList(named) ? named : [];
  const isKnown = value === undefined || choices.some((each) => sameTree(each, value));
  return isKnown ? choices : [...choices, value];
}

type InputProps = Omit<Props, 'isForeign'> & { readonly help: ReactNode };

function ChoiceInput({ field, given, error, isRequired, onChange, help }: InputProps) {
  const value = given ?? field.fallback;
  const values = choicesOf(field, value);
  const choices = values.map((each, index): Choice => ({ id: String(index), label: shown(each) }));
  const at = values.findIndex((each) => value !== undefined && sameTree(each, value));
  return (
    <Select
      label={field.title}
      description={help}
      error={error}
      isRequired={isRequired}
      isDisabled={field.fixed}
      placeholder="Not set"
      choices={choices}
      value={at < 0 ? null : String(at)}
      onChange={(id) => onChange(values[Number(id)])}
    />
  );
}

function Input(props: InputProps) {
  const { field, given, error, isRequired, onChange, help } = props;
  const { kind, title, fixed, fallback, secret, schema } = field;
  const value = given ?? fallback;
  const shared = { label: title, description: help, error, isRequired, isDisabled: fixed };
  // A value of another type than the schema wants is shown as what it is.
  const isOther = typeof value === 'object' && value !== null && !(value instanceof JsonNumber);
  if (kind === 'choice') return <ChoiceInput {...props} />;
  if (kind === 'boolean' && (value === undefined || typeof value === 'boolean')) {
    const { isRequired: _, ...rest } = shared;
    return <Checkbox {...rest} isSelected={value === true} onChange={onChange} />;
  }
  if (kind === 'json' || kind === 'boolean' || isOther)
    return <JsonInput {...shared} strict={schema.has('type')} value={value} onChange={onChange} />;
  return (
    <TextInput
      {...shared}
      value={toText(kind, value)}
      {...(kind === 'number' && { inputMode: 'decimal' as const })}
      {...(secret && { type: 'password', autoComplete: 'off' })}
      onChange={(text) => onChange(fromText(kind, text))}
    />
  );
}

/** The default, and the way back to it. */
function Default({ field, given, onChange }: Pick<Props, 'field' | 'given' | 'onChange'>) {
  const { fallback, title } = field;
  if (given === undefined) return null;
  return (
    <div className="start-default">
      {fallback !== undefined && (
        <span>
          Default: <code>{shown(fallback)}</code>
        </span>
      )}
      <Button
        variant="quiet"
        aria-label={fallback === undefined ? `Clear ${title}` : `Reset ${title} to its default`}
        onPress={() => onChange(undefined)}
      >
        {fallback === undefined ? 'Clear' : 'Reset'}
      </Button>
    </div>
  );
}

const textOf = (field: Field, word: string): string => {
  const text = field.schema.get(word);
  return typeof text === 'string' ? text.trim() : '';
};

export function ParamField({ isForeign, ...props }: Props) {
  const { field } = props;
  const { name, title, fixed } = field;
  const help = [
    textOf(field, 'description'),
    hintOf(field),
    fixed ? 'The pipeline does not let it be changed.' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
  const more = textOf(field, 'help_text');
  return (
    <div id={placeId(['params', name])} className="start-param" data-hidden-param={field.hidden}>
      <Input
        {...props}
        help={
          title === name ? (
            help
          ) : (
            <>
              <code>{name}</code> {help}
            </>
          )
        }
      />
      {isForeign && (
        <p className="start-foreign">
          It is sent, though the other parameters leave no place for it.
        </p>
      )}
      {!fixed && <Default {...props} />}
      {more !== '' && (
        <details className="start-more">
          <summary>More about {title}</summary>
          <p>{more}</p>
        </details>
      )}
    </div>
  );
}
