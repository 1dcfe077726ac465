/** Domains that the caller reaches: all for an admin of the installation, else the own one. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Domain } from '../../../core/access/domain.ts';
import { bytesText } from '../../../core/figures/bytes.ts';
import { useCaller, useClient } from '../../app/context.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { AdminScreen } from '../../parts/no-rights.tsx';
import { type Column, DataTable } from '../../parts/table.tsx';
import { Button } from '../../ui/button.tsx';
import { AddDomain } from './add-domain.tsx';

const limit = (value: number | undefined): string => (value === undefined ? 'none' : String(value));
const days = (value: number | undefined): string =>
  value === undefined ? 'as the installation' : `${value} days`;

const COLUMNS: readonly Column<Domain>[] = [
  {
    label: 'Domain',
    cell: ({ name }) => (
      <Link to="/domains/$domain" params={{ domain: name }}>
        {name}
      </Link>
    ),
  },
  { label: 'Quota: runs', cell: ({ quotas }) => limit(quotas.live_runs) },
  { label: 'Quota: waiting', cell: ({ quotas }) => limit(quotas.queued_runs) },
  {
    label: 'Quota: log a day',
    cell: ({ quotas: { log_bytes_per_day: bytes } }) =>
      bytes === undefined ? 'none' : bytesText(bytes),
  },
  { label: 'Keeps runs', cell: ({ retention }) => days(retention.runs_days) },
];

function Content() {
  const client = useClient();
  const { root } = useCaller();
  const [adding, setAdding] = useState(false);
  const domains = useQuery({ queryKey: ['domains'], queryFn: () => client.domains.list() });
  return (
    <>
      <title>Domains · Sluice</title>
      <div className="screen-head">
        <h1>Domains</h1>
        {root && <Button onPress={() => setAdding(true)}>Add a domain…</Button>}
      </div>
      <p className="screen-lead">
        A domain is a tenant: its tokens, runs, lanes and pipelines are separate from those of
        others.
        {!root && ' You see your own; an admin of the installation sees all.'}
      </p>
      <Loaded query={domains} what="The list of domains">
        {(all) => (
          <DataTable caption="Domains" columns={COLUMNS} rows={all} keyOf={({ name }) => name} />
        )}
      </Loaded>
      {adding && <AddDomain onClose={() => setAdding(false)} />}
    </>
  );
}

export const Domains = () => (
  <AdminScreen title="Domains">
    <Content />
  </AdminScreen>
);
