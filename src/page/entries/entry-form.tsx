/** The fields of an entry, in sections. What the API has beyond those that are named here is in the last one. */
import type { ReactNode } from 'react';
import { type ApiDocument, fieldsOf, type Plain, plain } from '../parts/api-document.ts';
import { Help } from '../parts/help.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Checkbox } from '../ui/forms/checkbox.tsx';
import { Select } from '../ui/forms/select.tsx';
import type { EntryDraft } from './draft.ts';
import { EntryField } from './entry-field.tsx';
import { type Path, valueAt } from './json-text.ts';
import { labelOf, shapeOf } from './shape.ts';

export type Section = { readonly title: string; readonly fields: readonly string[] };

type FormProps = {
  readonly draft: EntryDraft;
  readonly document: ApiDocument;
  /** Name of its schema in the document. */
  readonly schema: string;
  readonly sections: readonly Section[];
  readonly isNew: boolean;
};

type FieldProps = Omit<FormProps, 'sections'> & { readonly path: Path; readonly field: Plain };

const kindsIn = (fields: Readonly<Record<string, Plain>>): readonly string[] =>
  fields['kind']?.enum ?? [];

/** What the kind has fields for: the key of that name. */
function Kind({ draft, field }: FieldProps) {
  const kinds = field.enum ?? [];
  const kind = valueAt(draft.tree, ['kind']);
  return (
    <Select
      label="Kind"
      description={<Help text={field.description} />}
      choices={kinds.map((id) => ({ id, label: id }))}
      value={typeof kind === 'string' ? kind : null}
      onChange={(chosen) => {
        if (chosen === kind) return;
        // The fields of another kind would be refused.
        for (const other of kinds) if (other !== chosen) draft.set([other], undefined);
        draft.set(['kind'], chosen);
        draft.set(['overridable'], undefined);
      }}
    />
  );
}

/** Several of a few: what of other kinds, and what goes with a later version, is left out. */
function Choices({ draft, document, schema, path, field }: FieldProps) {
  const fields = fieldsOf(document, schema);
  const kind = valueAt(draft.tree, ['kind']);
  const others = kindsIn(fields).filter((each) => each !== kind);
  const options = plain(document, field.items ?? {}).enum ?? [];
  const shown = options.filter(
    (name) => !others.includes(name.split('.')[0] ?? '') && fields[name]?.deprecated !== true,
  );
  const value = valueAt(draft.tree, path);
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const error = draft.errorAt(path);
  return (
    <fieldset className="entry-choices">
      <legend className="field-label">{labelOf(path.at(-1) ?? '')}</legend>
      <p className="field-help">
        <Help text={field.description} />
      </p>
      <div>
        {shown.map((name) => (
          <Checkbox
            key={name}
            label={<code>{name}</code>}
            isSelected={chosen.includes(name)}
            onChange={(isOn) =>
              draft.set(path, isOn ? [...chosen, name] : chosen.filter((each) => each !== name))
            }
          />
        ))}
      </div>
      {error !== undefined && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

function Field(props: FieldProps): ReactNode {
  const { draft, document, path, field, isNew } = props;
  if (path.length === 1 && path[0] === 'kind') return <Kind {...props} />;
  const shape = shapeOf(field);
  if (shape === 'choices') return <Choices {...props} />;
  if (shape !== 'group')
    return (
      <EntryField
        draft={draft}
        path={path}
        field={field}
        isFixed={path.length === 1 && path[0] === 'name' && !isNew}
        isRequired={path.length === 1 && path[0] === 'name'}
      />
    );
  const inner = Object.entries(field.properties ?? {}).map(
    ([name, each]) => [name, plain(document, each)] as const,
  );
  return (
    <fieldset className="entry-group">
      <legend className="field-label">{labelOf(path.at(-1) ?? '')}</legend>
      <p className="field-help">
        <Help text={field.description} />
      </p>
      {inner.map(([name, each]) => (
        <Field key={name} {...props} path={[...path, name]} field={each} />
      ))}
    </fieldset>
  );
}

export function EntryForm({ sections, ...props }: FormProps) {
  const { draft, document, schema } = props;
  const fields = fieldsOf(document, schema);
  const kinds = kindsIn(fields);
  const named = new Set([...sections.flatMap((section) => section.fields), ...kinds]);
  const rest = Object.keys(fields).filter(
    (name) =>
      !named.has(name) && fields[name]?.readOnly !== true && fields[name]?.deprecated !== true,
  );
  const kind = String(valueAt(draft.tree, ['kind']));
  /** The fields of the chosen kind stand after the choice. */
  const shown = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => (name === 'kind' && kinds.includes(kind) ? [name, kind] : [name]));
  const draw = (names: readonly string[]): ReactNode =>
    shown(names).map((name) => {
      const field = fields[name];
      return field && <Field key={name} {...props} path={[name]} field={field} />;
    });
  return (
    <>
      {sections.map((section) => (
        <section key={section.title} className="card form entry-section">
          <h2>{section.title}</h2>
          {draw(section.fields)}
        </section>
      ))}
      {rest.length > 0 && (
        <Disclosure title="More" level={2}>
          <div className="form entry-section">{draw(rest)}</div>
        </Disclosure>
      )}
    </>
  );
}
