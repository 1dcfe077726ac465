/** Targets of a domain: where its runs go. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Target } from '../../../core/kinds/target.ts';
import { useCaller, useClient } from '../../app/context.tsx';
import { useMayWrite } from '../../entries/edit-screen.tsx';
import { TARGETS } from '../../entries/sorts.ts';
import { DomainChoice } from '../../parts/domain-choice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { type Column, DataTable } from '../../parts/table.tsx';
import { Empty } from '../../ui/states.tsx';

const columnsOf = (domain: string | undefined): readonly Column<Target>[] => [
  {
    label: 'Target',
    cell: ({ name }) => (
      <Link
        to="/targets/$target"
        params={{ target: name }}
        search={domain === undefined ? {} : { domain }}
      >
        {name}
      </Link>
    ),
  },
  { label: 'Connection', long: true, cell: ({ connection }) => connection },
  { label: 'Namespace', long: true, cell: ({ namespace }) => namespace },
  { label: 'Account', long: true, cell: ({ service_account }) => service_account },
  { label: 'Work volume', long: true, cell: ({ work_claim }) => work_claim ?? 'none' },
];

const route = getRouteApi('/targets');

export function Targets() {
  const { domain } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useClient();
  const own = useCaller().domain;
  const mayWrite = useMayWrite(TARGETS);
  const within = domain === undefined ? {} : { domain };
  const targets = useQuery({
    queryKey: ['targets', 'list', domain ?? own],
    queryFn: () => client.targets.list(within),
  });
  return (
    <>
      <title>Targets · Sluice</title>
      <div className="screen-head">
        <h1>Targets</h1>
        {mayWrite && (
          <Link to="/new/target" search={within} className="link-button">
            Make a target…
          </Link>
        )}
      </div>
      <p className="screen-lead">
        A target is where runs go: a cluster, a namespace, accounts and volumes. Admins of the
        installation change them.
      </p>
      <div className="filters">
        <DomainChoice
          domain={domain}
          onChange={(chosen) =>
            void navigate({ search: chosen === undefined ? {} : { domain: chosen } })
          }
        />
      </div>
      <Loaded query={targets} what="The list of targets">
        {(all) =>
          all.length === 0 ? (
            <Empty>The domain {domain ?? own} has no targets.</Empty>
          ) : (
            <DataTable
              caption="Targets"
              columns={columnsOf(domain)}
              rows={all}
              keyOf={({ name }) => name}
            />
          )
        }
      </Loaded>
    </>
  );
}
