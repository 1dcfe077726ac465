/** Fields of forms: a label, what it means, and what is wrong with it. */
import { type ReactNode, useId } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';
import './fields.css';

type TextInputProps = Omit<TextFieldProps, 'className' | 'children'> & {
  readonly label: string;
  readonly description?: ReactNode;
  /** A sentence; the field is then invalid. */
  readonly error?: string | undefined;
  readonly placeholder?: string;
  /** So many lines high, instead of one line. */
  readonly rows?: number;
  /** For code: a fixed width. */
  readonly code?: boolean;
  /** Offered while it is typed; anything else is taken too. */
  readonly suggestions?: readonly string[];
};

export function TextInput(props: TextInputProps) {
  const {
    label,
    description,
    error,
    placeholder,
    rows,
    code = false,
    suggestions,
    ...rest
  } = props;
  const list = useId();
  const shared = {
    className: 'field-input',
    'data-code': code,
    ...(placeholder && { placeholder }),
  };
  return (
    <TextField
      {...rest}
      className="field"
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <Label className="field-label">{label}</Label>
      {rows === undefined ? (
        <Input {...shared} {...(suggestions && { list })} />
      ) : (
        <TextArea {...shared} rows={rows} />
      )}
      {suggestions && (
        <datalist id={list}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {description !== undefined && (
        <Text slot="description" className="field-help">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
