/** A small number with steps, such as a priority. Numbers whose digits matter are text: JavaScript rounds long ones. */
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { FieldError } from 'react-aria-components/FieldError';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { NumberField, type NumberFieldProps } from 'react-aria-components/NumberField';
import { Text } from 'react-aria-components/Text';
import '../fields.css';
import './number.css';

type Props = Omit<NumberFieldProps, 'className' | 'children' | 'formatOptions'> & {
  readonly label: string;
  readonly description?: ReactNode;
  /** A sentence; the field is then invalid. */
  readonly error?: string | undefined;
};

export function NumberInput({ label, description, error, ...rest }: Props) {
  return (
    <NumberField
      {...rest}
      className="field"
      formatOptions={{ useGrouping: false }}
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <Label className="field-label">{label}</Label>
      <Group className="number">
        <Button slot="decrement" className="number-step">
          −
        </Button>
        <Input className="field-input number-input" />
        <Button slot="increment" className="number-step">
          +
        </Button>
      </Group>
      {description !== undefined && (
        <Text slot="description" className="field-help">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </NumberField>
  );
}
