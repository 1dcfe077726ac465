/** One of several choices: a button that opens a list, with a search where the list is long. */
import type { ReactNode } from 'react';
import { Autocomplete, useFilter } from 'react-aria-components/Autocomplete';
import { Button } from 'react-aria-components/Button';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { SearchField } from 'react-aria-components/SearchField';
import { Select as AriaSelect, type SelectProps, SelectValue } from 'react-aria-components/Select';
import { Text } from 'react-aria-components/Text';
import '../fields.css';
import './select.css';

export type Choice = {
  readonly id: string;
  readonly label: string;
  /** A second, quieter line. */
  readonly note?: string;
};

type Props = Omit<
  SelectProps<Choice>,
  'className' | 'children' | 'items' | 'selectedKey' | 'onSelectionChange' | 'value' | 'onChange'
> & {
  readonly label: string;
  readonly choices: readonly Choice[];
  /** Id of the choice; null for none. */
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  readonly description?: ReactNode;
  /** A sentence; the field is then invalid. */
  readonly error?: string | undefined;
};

/** From so many choices on they can be searched. */
const SEARCHED = 10;

function Choices({ choices }: { readonly choices: readonly Choice[] }) {
  return (
    <ListBox className="select-list" items={choices} renderEmptyState={() => 'Nothing matches.'}>
      {({ id, label, note }) => (
        <ListBoxItem id={id} textValue={label} className="select-item">
          <Text slot="label">{label}</Text>
          {note !== undefined && (
            <Text slot="description" className="select-note">
              {note}
            </Text>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  );
}

function Searched({ label, choices }: Pick<Props, 'label' | 'choices'>) {
  const { contains } = useFilter({ sensitivity: 'base' });
  return (
    <Autocomplete filter={contains}>
      <SearchField aria-label={`Search: ${label}`} autoFocus className="select-search">
        <Input className="field-input" placeholder="Search…" />
      </SearchField>
      <Choices choices={choices} />
    </Autocomplete>
  );
}

export function Select(props: Props) {
  const { label, choices, value, onChange, description, error, ...rest } = props;
  return (
    <AriaSelect
      {...rest}
      className="field"
      value={value}
      onChange={(id) => {
        if (id !== null) onChange(String(id));
      }}
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <Label className="field-label">{label}</Label>
      <Button className="field-input select-button">
        <SelectValue className="select-value" />
        <span aria-hidden="true">▾</span>
      </Button>
      {description !== undefined && (
        <Text slot="description" className="field-help">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
      <Popover className="select-popover">
        {choices.length < SEARCHED ? (
          <Choices choices={choices} />
        ) : (
          <Searched label={label} choices={choices} />
        )}
      </Popover>
    </AriaSelect>
  );
}
