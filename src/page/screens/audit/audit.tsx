/** Who did what to what, when, and what came of it. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import type { AuditEntry } from '../../../core/access/audit.ts';
import { useCaller, useClient } from '../../app/context.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { AdminScreen } from '../../parts/no-rights.tsx';
import { type Column, DataTable } from '../../parts/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { chosen, ENTRIES_MAX, type Found, readEntries } from './entries.ts';
import { Filters } from './filters.tsx';
import './audit.css';

const TONES = { done: 'good', refused: 'bad', unknown: 'warning' } as const;

function Outcome({ entry: { outcome, status, code, count } }: { readonly entry: AuditEntry }) {
  return (
    <>
      <span className="pill" data-tone={TONES[outcome]}>
        {outcome}
      </span>
      {outcome !== 'done' && (
        <div className="audit-more">
          {status} {code}
          {count > 1 && ` · ${count} times`}
        </div>
      )}
    </>
  );
}

const WHEN: Column<AuditEntry> = { label: 'When', cell: ({ at }) => <Time value={at} /> };
const DOMAIN: Column<AuditEntry> = { label: 'Domain', cell: ({ domain }) => domain ?? '–' };
const REST: readonly Column<AuditEntry>[] = [
  {
    label: 'Who',
    long: true,
    cell: ({ caller: { id, name, kind } }) => (
      <>
        {name ?? id ?? kind}
        {(name ?? id) !== null && kind !== id && (
          <div className="audit-more">{name === null ? kind : `${kind} · ${id}`}</div>
        )}
      </>
    ),
  },
  { label: 'Did', cell: ({ operation }) => <code>{operation}</code> },
  {
    label: 'To what',
    long: true,
    cell: ({ thing }) =>
      thing === null ? (
        '–'
      ) : (
        <>
          {thing.kind} <code>{thing.id}</code>
        </>
      ),
  },
  { label: 'Outcome', cell: (entry) => <Outcome entry={entry} /> },
  { label: 'From', long: true, cell: ({ from }) => from ?? '–' },
];

/** Rows that are drawn at first, and with each press of the button. */
const STEP = 200;

function Entries({ found }: { readonly found: Found }) {
  const search = route.useSearch();
  const { root } = useCaller();
  const [shown, setShown] = useState(STEP);
  const rows = chosen(found.entries, useDeferredValue(search));
  const columns = [WHEN, ...(root ? [DOMAIN] : []), ...REST];
  if (rows.length === 0)
    return (
      <Empty>
        {found.entries.length === 0
          ? 'Nothing was changed or refused in this time.'
          : 'No entry of this time fits the filters.'}
      </Empty>
    );
  return (
    <>
      <p className="muted" role="status">
        {rows.length} of {found.entries.length} entries
        {found.cut &&
          ` – the time has more than ${ENTRIES_MAX}, and the newest are missing: choose a shorter one`}
      </p>
      <DataTable
        caption="Audit log"
        columns={columns}
        rows={rows.slice(0, shown)}
        keyOf={(entry) =>
          [entry.at, entry.request_id, entry.operation, entry.caller.id, entry.thing?.id].join(' ')
        }
      />
      {rows.length > shown && (
        <div className="actions audit-next">
          <Button onPress={() => setShown(shown + STEP)}>Show more</Button>
        </div>
      )}
    </>
  );
}

const route = getRouteApi('/audit');

function Content() {
  const client = useClient();
  const { since, until, domain } = route.useSearch();
  const range = {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(domain !== undefined && { domain }),
  };
  const audit = useQuery({
    queryKey: ['audit', range],
    queryFn: () => readEntries(client, range),
  });
  return (
    <>
      <title>Audit log · Sluice</title>
      <div className="screen-head">
        <h1>Audit log</h1>
        <Button isDisabled={audit.isFetching} onPress={() => void audit.refetch()}>
          Read again
        </Button>
      </div>
      <p className="screen-lead">
        Every change, and every refusal for want of rights, newest first. Nothing of it can be
        changed or deleted here.
      </p>
      <Filters />
      <Loaded query={audit} what="The audit log">
        {(found) => <Entries found={found} />}
      </Loaded>
    </>
  );
}

export const Audit = () => (
  <AdminScreen title="Audit log">
    <Content />
  </AdminScreen>
);
