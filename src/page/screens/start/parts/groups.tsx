/** The form of the params, group by group. */
import { useState } from 'react';
import type { JsonObject } from '../../../../core/json/text.ts';
import { Checkbox } from '../../../ui/forms/checkbox.tsx';
import { ParamField } from '../fields/param-field.tsx';
import type { Path } from '../model/request.ts';
import { applies, type Field, type Form, fieldsOf, isRequired } from '../model/schema.ts';
import { effective, withParam } from '../model/values.ts';

type Props = {
  readonly form: Form;
  readonly given: JsonObject;
  readonly errorAt: (path: Path) => string | undefined;
  /** Also what is missing in fields that nobody touched is told at them. */
  readonly isTold: boolean;
  readonly onChange: (given: JsonObject) => void;
};

export function Groups({ form, given, errorAt, isTold, onChange }: Props) {
  const [showsHidden, setShowsHidden] = useState(false);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const all = effective(form, given);
  const hidden = fieldsOf(form).filter((field) => field.hidden).length;
  const isShown = (field: Field): boolean => {
    const { name, fixed } = field;
    const isThere = given.has(name) || errorAt(['params', name]) !== undefined;
    if (field.hidden && !showsHidden && !isThere) return false;
    return given.has(name) || fixed || applies(field, all, form);
  };
  const show = (field: Field) => {
    const { name } = field;
    const isTouched = isTold || touched.has(name) || given.has(name);
    return (
      <ParamField
        key={name}
        field={field}
        given={given.get(name)}
        error={isTouched ? errorAt(['params', name]) : undefined}
        isRequired={isRequired(field, all, form)}
        isForeign={given.has(name) && !applies(field, all, form)}
        onChange={(value) => {
          setTouched(new Set([...touched, name]));
          onChange(withParam(given, field, value));
        }}
      />
    );
  };
  const groups = form.groups
    .map((group) => ({ ...group, fields: group.fields.filter(isShown) }))
    .filter(({ fields }) => fields.length > 0);
  return (
    <>
      {form.groups.length === 0 && <p className="muted">The pipeline names no parameters.</p>}
      {groups.map(({ title, description, fields }) => (
        <fieldset key={title} className="start-group">
          <legend className={groups.length === 1 ? 'unseen' : 'start-group-title'}>{title}</legend>
          {description !== '' && <p className="muted">{description}</p>}
          {fields.map(show)}
        </fieldset>
      ))}
      {hidden > 0 && (
        <Checkbox
          label={`Show hidden parameters (${hidden})`}
          isSelected={showsHidden}
          onChange={setShowsHidden}
        />
      )}
    </>
  );
}
