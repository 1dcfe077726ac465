/** What callers of a domain may start. */
import type { Versioned } from '../../../client/http.ts';
import type { Policy } from '../../../core/access/policy.ts';
import { useClient } from '../../app/context.tsx';
import { useHelp } from '../../parts/api-document.ts';
import { Help } from '../../parts/help.tsx';
import { TextInput } from '../../ui/fields.tsx';
import { Checkbox } from '../../ui/forms/checkbox.tsx';
import { Select } from '../../ui/forms/select.tsx';
import { useDraft } from './draft.ts';
import { DraftForm, errorAt, useSave } from './draft-form.tsx';

type Globs = 'images' | 'repositories';

type Form = {
  readonly catalogue_only: boolean;
  readonly lanes: Policy['lanes'];
  /** One a line; null for all. */
  readonly images: string | null;
  readonly repositories: string | null;
};

const readForm = ({ catalogue_only, lanes, images, repositories }: Policy): Form => ({
  catalogue_only,
  lanes,
  images: images?.join('\n') ?? null,
  repositories: repositories?.join('\n') ?? null,
});

const globsOf = (text: string | null): string[] | null =>
  text === null
    ? null
    : text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');

const LANES = [
  { id: 'any', label: 'Any', note: 'A lane is made by its first run' },
  { id: 'declared', label: 'Declared', note: 'Only lanes that are there' },
];

const GLOBS: readonly { readonly field: Globs; readonly label: string; readonly one: string }[] = [
  { field: 'images', label: 'Only these images', one: 'Images, one a line' },
  { field: 'repositories', label: 'Only these repositories', one: 'Repositories, one a line' },
];
const ROWS = 4;

type Props = {
  readonly name: string;
  readonly current: Versioned<Policy>;
  readonly mayChange: boolean;
};

export function PolicyForm({ name, current, mayChange }: Props) {
  const client = useClient();
  const help = useHelp('Policy');
  const draft = useDraft(current, readForm);
  const { form } = draft;
  const what = `The policy of ${name}`;
  const save = useSave(['policies'], what, () =>
    client.policies.put(
      name,
      { ...form, images: globsOf(form.images), repositories: globsOf(form.repositories) },
      { ifMatch: draft.etag ?? undefined },
    ),
  );
  return (
    <DraftForm what={what} draft={draft} save={save} mayChange={mayChange}>
      <Checkbox
        label="Only the catalogue"
        description={<Help text={help('catalogue_only')} />}
        isReadOnly={!mayChange}
        isSelected={form.catalogue_only}
        onChange={(catalogue_only) => draft.edit({ catalogue_only })}
      />
      <Select
        label="Lanes"
        description={<Help text={help('lanes')} />}
        choices={LANES}
        isDisabled={!mayChange}
        value={form.lanes}
        onChange={(id) => draft.edit({ lanes: id === 'any' ? 'any' : 'declared' })}
      />
      {GLOBS.map(({ field, label, one }) => (
        <div key={field} className="form">
          <Checkbox
            label={label}
            isReadOnly={!mayChange}
            isSelected={form[field] !== null}
            onChange={(only) => draft.edit({ [field]: only ? '' : null })}
          />
          {form[field] !== null && (
            <TextInput
              label={one}
              description={<Help text={help(field)} />}
              rows={ROWS}
              code
              isReadOnly={!mayChange}
              value={form[field]}
              onChange={(text) => draft.edit({ [field]: text })}
              {...errorAt(save.error, field)}
            />
          )}
        </div>
      ))}
    </DraftForm>
  );
}
