/** Pipelines of the catalogue: what can be started by name. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { PipelineView } from '../../../core/catalogue/entry.ts';
import { useCaller, useClient, useMay } from '../../app/context.tsx';
import { DomainChoice } from '../../parts/domain-choice.tsx';
import { Help } from '../../parts/help.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { type Column, DataTable } from '../../parts/table.tsx';
import { Empty } from '../../ui/states.tsx';
import { Runnable, StartLink } from './runnable.tsx';
import './pipelines.css';

const columnsOf = (
  domain: string | undefined,
  mayStart: boolean,
): readonly Column<PipelineView>[] => [
  {
    label: 'Pipeline',
    cell: ({ name }) => (
      <Link
        to="/pipelines/$pipeline"
        params={{ pipeline: name }}
        search={domain === undefined ? {} : { domain }}
      >
        {name}
      </Link>
    ),
  },
  { label: 'About', long: true, cell: ({ description }) => <Help text={description} /> },
  { label: 'Kind', cell: ({ kind }) => kind },
  {
    label: 'Lane',
    cell: ({ lane }) => (
      <Link to="/lanes/$lane" params={{ lane }}>
        {lane}
      </Link>
    ),
  },
  { label: 'Can run', cell: (pipeline) => <Runnable pipeline={pipeline} /> },
  { label: 'Version', cell: ({ version }) => version, numeric: true },
  ...(mayStart
    ? [
        {
          label: 'Actions',
          buttons: true,
          cell: ({ name }: PipelineView) => <StartLink name={name} />,
        },
      ]
    : []),
];

const route = getRouteApi('/pipelines');

export function Pipelines() {
  const { domain } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useClient();
  const own = useCaller().domain;
  const mayWrite = useMay('admin');
  // Runs are started in one's own domain.
  const mayStart = useMay('launch') && (domain ?? own) === own;
  const within = domain === undefined ? {} : { domain };
  const pipelines = useQuery({
    queryKey: ['pipelines', 'list', domain ?? own],
    queryFn: () => client.pipelines.list(within),
  });
  const add = mayWrite && (
    <Link to="/new/pipeline" search={within} className="link-button">
      Make a pipeline…
    </Link>
  );
  return (
    <>
      <title>Pipelines · Sluice</title>
      <div className="screen-head">
        <h1>Pipelines</h1>
        {add}
      </div>
      <div className="filters">
        <DomainChoice
          domain={domain}
          onChange={(chosen) =>
            void navigate({ search: chosen === undefined ? {} : { domain: chosen } })
          }
        />
      </div>
      <Loaded query={pipelines} what="The list of pipelines">
        {(all) =>
          all.length === 0 ? (
            <Empty>
              <p>The catalogue of {domain ?? own} has no pipelines.</p>
              {mayWrite || <p>An admin of the domain makes them.</p>}
            </Empty>
          ) : (
            <DataTable
              caption="Pipelines"
              columns={columnsOf(domain, mayStart)}
              rows={all}
              keyOf={({ name }) => name}
            />
          )
        }
      </Loaded>
    </>
  );
}
