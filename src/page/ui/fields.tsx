/** Fields of forms: a label, what it means, and what is wrong with it. */
import type { ReactNode } from 'react';
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
};

export function TextInput(props: TextInputProps) {
  const { label, description, error, placeholder, rows, code = false, ...rest } = props;
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
      {rows === undefined ? <Input {...shared} /> : <TextArea {...shared} rows={rows} />}
      {description !== undefined && (
        <Text slot="description" className="field-help">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
