/** What of the audit log is shown. All of it is in the address. */
import { getRouteApi } from '@tanstack/react-router';
import { useCaller } from '../../app/context.tsx';
import { useDomainNames } from '../../parts/domain-choice.tsx';
import { TextInput } from '../../ui/fields.tsx';
import { Checkbox } from '../../ui/forms/checkbox.tsx';
import { Select } from '../../ui/forms/select.tsx';
import type { AuditSearch } from './search.ts';

const route = getRouteApi('/audit');

/** The API's own default is `1d`. */
const TIMES = [
  { id: '1h', label: 'The last hour' },
  { id: '', label: 'The last day' },
  { id: '7d', label: 'The last 7 days' },
  { id: '30d', label: 'The last 30 days' },
  { id: '365d', label: 'The last year' },
];
const OUTCOMES = [
  { id: '', label: 'All' },
  { id: 'done', label: 'done' },
  { id: 'refused', label: 'refused' },
  { id: 'unknown', label: 'unknown', note: 'A fault of the server: it may be done' },
];

export function Filters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { root } = useCaller();
  const names = useDomainNames();
  const set = (change: Partial<Record<keyof AuditSearch, string>>): void =>
    void navigate({
      search: (before) => ({ ...before, ...change }),
      replace: true,
    });
  const { who = '', what = '', outcome = '', since = '', until = '', domain = '' } = search;
  const times = TIMES.some(({ id }) => id === since)
    ? TIMES
    : [...TIMES, { id: since, label: `Since ${since}` }];
  return (
    <div className="filters" role="search" aria-label="Filters of the audit log">
      <TextInput label="Who" value={who} onChange={(text) => set({ who: text })} />
      <TextInput
        label="What"
        placeholder="putLane, run, rnaseq…"
        value={what}
        onChange={(text) => set({ what: text })}
      />
      <Select
        label="Outcome"
        choices={OUTCOMES}
        value={outcome}
        onChange={(id) => set({ outcome: id })}
      />
      <Select label="When" choices={times} value={since} onChange={(id) => set({ since: id })} />
      <TextInput
        label="Until (day)"
        type="date"
        value={until}
        onChange={(text) => set({ until: text })}
      />
      {root && names !== undefined && (
        <Select
          label="Domain"
          choices={[{ id: '', label: 'All' }, ...names.map((id) => ({ id, label: id }))]}
          value={domain}
          onChange={(id) => set({ domain: id })}
        />
      )}
      <div className="audit-live">
        <Checkbox
          label="With live connections"
          isSelected={search.live === 'yes'}
          onChange={(isOn) => set({ live: isOn ? 'yes' : '' })}
        />
      </div>
    </div>
  );
}
