/** Starts a run: what, with which params, and how. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { isJsonObject, parseJson } from '../../../core/json/text.ts';
import { useClient, useMay } from '../../app/context.tsx';
import { Loading, Problem } from '../../ui/states.tsx';
import { StartForm } from './form.tsx';
import {
  continuing,
  type LinkSearch,
  repeating,
  requestOfLink,
  textAt,
  withoutAliases,
} from './model/request.ts';
import { isEntryName, readEntry } from './what/loaded.ts';
import { Picker } from './what/picker.tsx';
import './start.css';

export function Start() {
  const search = useSearch({ from: '/start' });
  const mayStart = useMay('launch');
  return (
    <>
      <title>Start a run · Sluice</title>
      {mayStart ? <Chosen search={search} /> : <NoRights />}
    </>
  );
}

function NoRights() {
  return (
    <>
      <h1>Start a run</h1>
      <div className="state-problem" role="alert">
        <strong>You may not start runs</strong>
        <p>
          Your token lacks the scope <code>launch</code>. Ask an admin of your domain for one that
          has it.
        </p>
      </div>
      <p>
        <Link to="/runs">All runs</Link>
      </p>
    </>
  );
}

function Chosen({ search }: { readonly search: LinkSearch }) {
  const { from, resume, pipeline, kind } = search;
  // Another choice is another form.
  if (resume !== undefined) return <Again key={resume} runId={resume} continues />;
  if (from !== undefined) return <Again key={from} runId={from} />;
  if (pipeline === undefined && kind === undefined) return <Picker />;
  return <FromLink key={JSON.stringify(search)} search={search} />;
}

function FromLink({ search }: { readonly search: LinkSearch }) {
  const { request, fault } = requestOfLink(search);
  const { pipeline = '', kind, version } = search;
  if (kind !== undefined || !isEntryName(pipeline)) {
    // A container or a script needs some name.
    const name = pipeline === '' && kind !== 'nextflow' ? (kind ?? '') : pipeline;
    const first = new Map([...request, ['pipeline', name] as const]);
    return <StartForm loaded={undefined} first={first} notice={fault} />;
  }
  return <OfEntry name={pipeline} version={version} first={request} notice={fault} />;
}

type OfEntryProps = {
  readonly name: string;
  readonly version: string | undefined;
  readonly first: ReturnType<typeof requestOfLink>['request'];
  readonly notice: string | undefined;
};

function OfEntry({ name, version, first, notice }: OfEntryProps) {
  const client = useClient();
  const entry = useQuery({
    queryKey: ['start', 'entry', name, version],
    queryFn: () => readEntry(client, name, version),
    // A form does not change under somebody's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (entry.data) return <StartForm loaded={entry.data} first={first} notice={notice} />;
  return (
    <>
      <h1>Start {name}</h1>
      {entry.error ? (
        <Problem error={entry.error} what={`The pipeline ${name}`}>
          <p>
            <Link to="/start">Choose another pipeline</Link>
          </p>
        </Problem>
      ) : (
        <Loading what={`The pipeline ${name}`} />
      )}
    </>
  );
}

/** The request of a run, to be changed and sent once more: to start anew, or in its session. */
function Again({
  runId,
  continues = false,
}: {
  readonly runId: string;
  readonly continues?: boolean;
}) {
  const client = useClient();
  const run = useQuery({
    queryKey: ['start', 'from', runId, continues],
    queryFn: async () => {
      const tree = parseJson(await client.getRunText(runId), Number.POSITIVE_INFINITY);
      const request = isJsonObject(tree) ? tree.get('request') : undefined;
      if (!isJsonObject(tree) || !isJsonObject(request))
        throw new Error('The server does not tell what was sent to start it.');
      return {
        request: (continues ? continuing : repeating)(withoutAliases(request), runId),
        isEntry: tree.get('pipeline_version') !== null,
      };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (!run.data)
    return (
      <>
        <h1>Start again</h1>
        {run.error ? (
          <Problem error={run.error} what={`The run ${runId}`} />
        ) : (
          <Loading what={`The run ${runId}`} />
        )}
      </>
    );
  const { request, isEntry } = run.data;
  const notice = `${continues ? `This continues run ${runId}: what it has completed is cached. ` : ''}These are the values of the run ${runId}. Change what has to be different.`;
  if (!isEntry) return <StartForm loaded={undefined} first={request} notice={notice} />;
  return (
    <OfEntry
      name={textAt(request, ['pipeline'])}
      version={textAt(request, ['pipeline_version']) || undefined}
      first={request}
      notice={notice}
    />
  );
}
