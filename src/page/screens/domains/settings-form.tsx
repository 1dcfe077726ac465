/** Quotas of a domain, and how long it keeps things. */
import type { Versioned } from '../../../client/http.ts';
import type { DomainView } from '../../../core/access/domain.ts';
import { bytesText } from '../../../core/figures/bytes.ts';
import { useClient } from '../../app/context.tsx';
import { useHelp } from '../../parts/api-document.ts';
import { Help } from '../../parts/help.tsx';
import { TextInput } from '../../ui/fields.tsx';
import { useDraft } from './draft.ts';
import { DraftForm, errorAt, useSave } from './draft-form.tsx';

const FIELDS = [
  { group: 'quotas', name: 'live_runs', label: 'Runs with a place' },
  { group: 'quotas', name: 'queued_runs', label: 'Runs that wait' },
  { group: 'quotas', name: 'log_bytes_per_day', label: 'Log lines a day, in bytes' },
  { group: 'retention', name: 'runs_days', label: 'Days that runs are kept' },
  { group: 'retention', name: 'audit_days', label: 'Days that the audit log is kept' },
] as const;
type Name = (typeof FIELDS)[number]['name'];
/** As it is typed; empty: not set. */
type Form = Readonly<Record<Name, string>>;

const readForm = ({ quotas, retention }: DomainView): Form => {
  const all: Readonly<Partial<Record<Name, number | undefined>>> = { ...quotas, ...retention };
  return Object.fromEntries(FIELDS.map(({ name }) => [name, String(all[name] ?? '')])) as Form;
};

/** What is no number is sent as it is: the server says what is wrong. */
const valueOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : (text as never));

const groupOf = (form: Form, wanted: string): Record<string, number> =>
  Object.fromEntries(
    FIELDS.flatMap(({ group, name }) => {
      const text = form[name].trim();
      return group === wanted && text !== '' ? [[name, valueOf(text)]] : [];
    }),
  );

type Props = {
  readonly name: string;
  readonly current: Versioned<DomainView>;
  readonly mayChange: boolean;
};

export function SettingsForm({ name, current, mayChange }: Props) {
  const client = useClient();
  const quotas = useHelp('Quotas');
  const retention = useHelp('Retention');
  const draft = useDraft(current, readForm);
  const { form } = draft;
  const what = `The domain ${name}`;
  const save = useSave(['domains'], what, () =>
    client.domains.put(
      name,
      { quotas: groupOf(form, 'quotas'), retention: groupOf(form, 'retention') },
      { ifMatch: draft.etag ?? undefined },
    ),
  );
  return (
    <DraftForm what={what} draft={draft} save={save} mayChange={mayChange}>
      <div className="domain-fields">
        {FIELDS.map(({ group, name: field, label }) => (
          <TextInput
            key={field}
            label={label}
            inputMode="numeric"
            isReadOnly={!mayChange}
            placeholder={group === 'quotas' ? 'no quota' : 'as the installation'}
            description={
              <>
                <Help text={(group === 'quotas' ? quotas : retention)(field)} />
                {field === 'log_bytes_per_day' && /^\d+$/.test(form[field]) && (
                  <> That is {bytesText(Number(form[field]))}.</>
                )}
              </>
            }
            value={form[field]}
            onChange={(text) => draft.edit({ [field]: text })}
            {...errorAt(save.error, `${group}.${field}`)}
          />
        ))}
      </div>
    </DraftForm>
  );
}
