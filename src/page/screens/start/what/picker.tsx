/** What to start: a pipeline of the catalogue, or, where that is allowed, anything else. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PipelineView } from '../../../../core/catalogue/entry.ts';
import { useCaller, useClient, useMay } from '../../../app/context.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { Empty, Loading, Problem } from '../../../ui/states.tsx';

const matches = ({ name, description, kind }: PipelineView, wanted: string): boolean => {
  const text = `${name} ${description} ${kind}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

function Choice({ entry }: { readonly entry: PipelineView }) {
  const { name, description, kind, runnable, not_runnable_reason: why } = entry;
  return (
    <li>
      <Link to="/start" search={{ pipeline: name }} className="start-choice" preload={false}>
        <span className="start-choice-head">
          <strong>{name}</strong> <span className="start-kind">{kind}</span>
          {!runnable && <span className="start-cannot">cannot run here</span>}
        </span>
        {description !== '' && <span className="start-choice-text">{description}</span>}
        {!runnable && why !== null && <span className="start-choice-text">{why}</span>}
      </Link>
    </li>
  );
}

/** Kinds that a request may name without an entry. */
const FREE = [
  [
    'nextflow',
    'A pipeline of a repository',
    'Nextflow runs it: nf-core/rnaseq, or the address of a repository.',
  ],
  ['container', 'A container', 'An image, with a command of your own.'],
  ['shell', 'A script', 'A shell runs it in an image.'],
] as const;

/** Only admins may read the policy; for others the check before a start tells what it does not allow. */
function Free() {
  const client = useClient();
  const { domain } = useCaller();
  const policy = useQuery({
    queryKey: ['policy', domain],
    queryFn: () => client.policies.get(domain),
    enabled: useMay('admin'),
  });
  if (policy.data?.catalogue_only)
    return (
      <p className="muted">The policy of the domain allows only pipelines of the catalogue.</p>
    );
  return (
    <section>
      <h2>Something else</h2>
      <p className="muted">As far as the policy of the domain allows it.</p>
      <ul className="start-choices">
        {FREE.map(([kind, title, text]) => (
          <li key={kind}>
            <Link to="/start" search={{ kind }} className="start-choice" preload={false}>
              <strong>{title}</strong>
              <span className="start-choice-text">{text}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function List({ entries }: { readonly entries: readonly PipelineView[] }) {
  const [wanted, setWanted] = useState('');
  const found = entries.filter((entry) => matches(entry, wanted.trim()));
  return (
    <>
      <div className="start-search">
        <TextInput
          label="Search pipelines"
          type="search"
          value={wanted}
          onChange={setWanted}
          autoFocus
        />
      </div>
      <p role="status" className="muted">
        {found.length} of {entries.length} pipelines
      </p>
      {found.length === 0 && <Empty>No pipeline matches.</Empty>}
      <ul className="start-choices">
        {found.map((entry) => (
          <Choice key={entry.name} entry={entry} />
        ))}
      </ul>
    </>
  );
}

export function Picker() {
  const client = useClient();
  const mayRun = useMay('run');
  const entries = useQuery({
    queryKey: ['pipelines'],
    queryFn: () => client.pipelines.list(),
  });
  return (
    <>
      <h1>Start a run</h1>
      {entries.isPending && <Loading what="The catalogue" />}
      {entries.error && <Problem error={entries.error} what="The catalogue" />}
      {entries.data?.length === 0 && (
        <Empty>
          The catalogue has no pipelines yet. <Link to="/pipelines">Pipelines</Link> are put there
          by admins.
        </Empty>
      )}
      {entries.data !== undefined && entries.data.length > 0 && <List entries={entries.data} />}
      {mayRun && <Free />}
    </>
  );
}
