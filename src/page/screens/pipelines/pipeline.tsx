/** One pipeline: what it runs, whether it can, and its versions with what changed between two. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { PipelineView } from '../../../core/catalogue/entry.ts';
import { useCaller, useClient, useMay } from '../../app/context.tsx';
import { DeleteEntry } from '../../entries/delete-entry.tsx';
import { pretty } from '../../entries/json-text.ts';
import { PIPELINES } from '../../entries/sorts.ts';
import { Help } from '../../parts/help.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Runnable, StartLink } from './runnable.tsx';
import { Versions } from './versions.tsx';
import './pipelines.css';

const route = getRouteApi('/pipelines/$pipeline');

function Facts({ pipeline }: { readonly pipeline: PipelineView }) {
  const { description, kind, lane, target, version, deadline_seconds, warnings } = pipeline;
  return (
    <dl className="facts card">
      {description !== '' && (
        <>
          <dt>About</dt>
          <dd className="pipeline-about">
            <Help text={description} />
          </dd>
        </>
      )}
      <dt>Can run</dt>
      <dd>
        <Runnable pipeline={pipeline} />
      </dd>
      <dt>Kind</dt>
      <dd>{kind}</dd>
      <dt>Lane</dt>
      <dd>
        <Link to="/lanes/$lane" params={{ lane }}>
          {lane}
        </Link>
      </dd>
      <dt>Target</dt>
      <dd>
        <Link to="/targets/$target" params={{ target }}>
          {target}
        </Link>
      </dd>
      <dt>Deadline</dt>
      <dd>{deadline_seconds === null ? 'none' : `${deadline_seconds} s`}</dd>
      <dt>Version</dt>
      <dd>{version}</dd>
      {warnings.length > 0 && (
        <>
          <dt>Not checked</dt>
          <dd>
            {warnings.map((warning) => (
              <div key={warning}>{warning}</div>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function Delete({ name }: { readonly name: string }) {
  const { domain } = route.useSearch();
  const navigate = route.useNavigate();
  const search = domain === undefined ? {} : { domain };
  const leave = () => navigate({ to: '/pipelines', search });
  return (
    <DeleteEntry sort={PIPELINES} name={name} domain={domain} leave={leave}>
      It cannot be started any more. Runs that were started go on, and its saved versions stay to be
      read.
    </DeleteEntry>
  );
}

function Actions({ name }: { readonly name: string }) {
  const { domain } = route.useSearch();
  const own = useCaller().domain;
  const mayStart = useMay('launch') && (domain ?? own) === own;
  const mayWrite = useMay('admin');
  const within = domain === undefined ? {} : { domain };
  return (
    <div className="actions">
      {mayWrite && (
        <>
          <Delete name={name} />
          <Link to="/new/pipeline" search={{ ...within, from: name }} className="link-button">
            Copy…
          </Link>
          <Link
            to="/pipelines/$pipeline/edit"
            params={{ pipeline: name }}
            search={within}
            className="link-button"
          >
            Edit
          </Link>
        </>
      )}
      {mayStart && <StartLink name={name} main />}
    </div>
  );
}

export function Pipeline() {
  const { pipeline: name } = route.useParams();
  const { domain } = route.useSearch();
  const client = useClient();
  const own = useCaller().domain;
  // As text: params keep their digits.
  const pipeline = useQuery({
    queryKey: ['pipelines', 'one', domain ?? own, name],
    queryFn: () => client.pipelines.getText(name, domain === undefined ? {} : { domain }),
  });
  return (
    <>
      <title>{`${name} · Pipelines · Sluice`}</title>
      <div className="screen-head">
        <h1>Pipeline {name}</h1>
        {pipeline.isSuccess && <Actions name={name} />}
      </div>
      <Loaded
        query={pipeline}
        what={`The pipeline ${name}`}
        list={
          <Link
            to="/pipelines"
            search={domain === undefined ? {} : { domain }}
            className="link-button"
          >
            All pipelines
          </Link>
        }
      >
        {(text) => (
          <>
            <Facts pipeline={JSON.parse(text) as PipelineView} />
            <div className="pipeline-text-head">
              <h2>As JSON</h2>
              <Copy text={pretty(text)} what="the pipeline as JSON" />
            </div>
            {/* It scrolls, so that it has to be reached by keyboard. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <pre className="pipeline-text" tabIndex={0} role="region" aria-label="As JSON">
              {pretty(text)}
            </pre>
          </>
        )}
      </Loaded>
      <Versions name={name} />
    </>
  );
}
