/** How the params are written. */
import { Label } from 'react-aria-components/Label';
import { RadioButton, RadioField, RadioGroup } from 'react-aria-components/RadioGroup';

export type Mode = 'form' | 'json' | 'yaml';

const MODES: readonly (readonly [Mode, string])[] = [
  ['form', 'Form'],
  ['json', 'JSON'],
  ['yaml', 'YAML'],
];

type Props = {
  readonly mode: Mode;
  /** The text cannot be read: it would be lost by a change. */
  readonly isLocked: boolean;
  readonly onChange: (mode: Mode) => void;
};

export function Modes({ mode, isLocked, onChange }: Props) {
  return (
    <RadioGroup
      className="start-modes"
      orientation="horizontal"
      value={mode}
      isDisabled={isLocked}
      onChange={(next) => onChange(next as Mode)}
    >
      <Label className="unseen">Write the parameters as</Label>
      {MODES.map(([id, text]) => (
        <RadioField key={id} value={id} className="start-mode-field">
          <RadioButton className="start-mode">{text}</RadioButton>
        </RadioField>
      ))}
    </RadioGroup>
  );
}
