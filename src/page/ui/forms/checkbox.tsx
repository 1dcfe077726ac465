/** A choice of yes or no. */
import type { ReactNode } from 'react';
import {
  CheckboxButton,
  CheckboxField,
  type CheckboxFieldProps,
} from 'react-aria-components/Checkbox';
import { FieldError } from 'react-aria-components/FieldError';
import { Text } from 'react-aria-components/Text';
import '../fields.css';
import './checkbox.css';

type Props = Omit<CheckboxFieldProps, 'className' | 'children'> & {
  readonly label: ReactNode;
  readonly description?: ReactNode;
  /** A sentence; the field is then invalid. */
  readonly error?: string | undefined;
};

export function Checkbox({ label, description, error, ...rest }: Props) {
  return (
    <CheckboxField
      {...rest}
      className="field"
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <CheckboxButton className="checkbox">
        {({ isSelected, isIndeterminate }) => (
          <>
            <span className="checkbox-box" aria-hidden="true">
              {isIndeterminate ? '–' : isSelected ? '✓' : ''}
            </span>
            <span>{label}</span>
          </>
        )}
      </CheckboxButton>
      {description !== undefined && (
        <Text slot="description" className="field-help">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </CheckboxField>
  );
}
