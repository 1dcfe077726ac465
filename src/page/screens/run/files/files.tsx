/** What the run has left: reports and output, by the places where they are, to be downloaded. */
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { Client } from '../../../../client/client.ts';
import { isTerminal } from '../../../../core/events/state.ts';
import { bytesText } from '../../../../core/figures/bytes.ts';
import type { FileEntry, FilePage, FilePlace } from '../../../../core/runs/files/view.ts';
import { useClient } from '../../../app/context.tsx';
import { Button } from '../../../ui/button.tsx';
import { Copy } from '../../../ui/copy.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { Empty, Problem } from '../../../ui/states.tsx';
import { Time } from '../../../ui/time.tsx';
import { Scroll } from '../tabs/scroll.tsx';
import type { TabProps } from '../tabs/tab.ts';
import { saveFile } from './save.ts';
import './files.css';

/** Rows that are drawn at first, and with each "Show more". */
const ROWS = 200;
/** From so many files on there is a search. */
const SEARCH_FROM = 12;
/** A larger file is for the command line: here it would be read for many minutes. */
const HERE_MAX = 256 * 2 ** 20;

const HEADINGS: Readonly<Record<FilePlace['name'], string>> = {
  reports: 'Reports',
  output: 'Output',
};
const WORDS: Readonly<Record<FileEntry['kind'], string>> = {
  report: 'Execution report',
  timeline: 'Timeline',
  dag: 'Graph',
  trace: 'Trace',
  output: '',
};

/** All pages: the server makes one listing for them. */
async function readAll(client: Client, runId: string, signal: AbortSignal): Promise<FilePage> {
  const files: FileEntry[] = [];
  let page = await client.files(runId, { signal });
  for (
    ;
    page.next_cursor !== null;
    page = await client.files(runId, { signal, cursor: page.next_cursor })
  )
    files.push(...page.files);
  return { ...page, files: [...files, ...page.files] };
}

/** Downloads, or stops; says how much has come. */
function Save({ runId, file }: { readonly runId: string; readonly file: FileEntry }) {
  const client = useClient();
  const [share, setShare] = useState<number>();
  const [stop, setStop] = useState<AbortController>();
  const save = async (): Promise<void> => {
    const controller = new AbortController();
    setStop(controller);
    setShare(0);
    await saveFile(client, runId, file.path, controller.signal, setShare);
    setStop(undefined);
    setShare(undefined);
  };
  if (file.size > HERE_MAX)
    return (
      <span className="files-large">
        too large for here
        <Copy
          text={`sluice files ${runId} '${file.path.replaceAll("'", `'\\''`)}'`}
          what="the command that saves it"
        />
      </span>
    );
  return stop === undefined ? (
    <Button aria-label={`Download ${file.path}`} onPress={() => void save()}>
      Download
    </Button>
  ) : (
    <Button aria-label={`Stop the download of ${file.path}`} onPress={() => stop.abort()}>
      <progress className="files-progress" value={share} aria-hidden="true" /> Stop
    </Button>
  );
}

function Rows({
  runId,
  files,
  caption,
}: {
  readonly runId: string;
  readonly files: readonly FileEntry[];
  readonly caption: string;
}) {
  const [drawn, setDrawn] = useState(ROWS);
  const rest = files.length - drawn;
  return (
    <>
      <Scroll label={caption}>
        <table className="files-table">
          <caption className="unseen">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className="files-size">
                Size
              </th>
              <th scope="col" className="files-changed">
                Changed
              </th>
              <th scope="col">
                <span className="unseen">Download</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {files.slice(0, drawn).map((file) => {
              const name = file.path.slice(file.path.indexOf('/') + 1);
              const slash = name.lastIndexOf('/') + 1;
              return (
                <tr key={file.path}>
                  <th scope="row" className="files-name">
                    <span className="files-folder">{name.slice(0, slash)}</span>
                    {name.slice(slash)}
                    {WORDS[file.kind] !== '' && (
                      <span className="files-kind">{WORDS[file.kind]}</span>
                    )}
                  </th>
                  <td className="files-size">{bytesText(file.size)}</td>
                  <td className="files-changed">
                    <Time value={file.modified} />
                  </td>
                  <td className="files-act">
                    <Save runId={runId} file={file} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {rest > 0 && (
        <p>
          <Button onPress={() => setDrawn(drawn + ROWS)}>
            Show {Math.min(rest, ROWS).toLocaleString('en-US')} of {rest.toLocaleString('en-US')}{' '}
            more
          </Button>
        </p>
      )}
    </>
  );
}

/** Why there is nothing in a place. */
function nothingIn({ name }: FilePlace, over: boolean, kind: string): string {
  if (!over)
    return name === 'reports'
      ? 'Nothing yet. Nextflow writes its reports at the end of a run.'
      : 'Nothing yet.';
  return name === 'reports' && kind === 'nextflow'
    ? 'None. Nextflow writes them here where the start or the entry says nextflow.reports: true.'
    : 'The run has left nothing here.';
}

function Place({
  place,
  files,
  search,
  view,
}: {
  readonly place: FilePlace;
  readonly files: readonly FileEntry[];
  readonly search: string;
  readonly view: TabProps['shown']['view'];
}) {
  const own = files.filter(({ path }) => path.startsWith(`${place.name}/`));
  const found = own.filter(({ path }) => path.toLowerCase().includes(search.toLowerCase()));
  const heading = HEADINGS[place.name];
  return (
    <>
      <h2>
        {heading}
        {own.length > 0 && (
          <span className="files-count">{own.length.toLocaleString('en-US')}</span>
        )}
      </h2>
      <p className="files-at">
        <code>{place.at}</code> <Copy text={place.at} what={`the place of ${heading}`} />
      </p>
      {place.why !== null && <Empty>{place.why}</Empty>}
      {place.why === null && own.length === 0 && (
        <Empty>{nothingIn(place, isTerminal(view.state), view.kind)}</Empty>
      )}
      {own.length > 0 && found.length === 0 && <Empty>No file has that in its name.</Empty>}
      {found.length > 0 && <Rows runId={view.run_id} files={found} caption={heading} />}
    </>
  );
}

function Looking() {
  return (
    <p className="state-loading" role="status">
      A pod on the cluster of the run looks at its work volume. That takes some seconds…
    </p>
  );
}

export function Part({ shown: { view } }: TabProps) {
  const client = useClient();
  const [text, setText] = useState('');
  const search = useDeferredValue(text);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['run-files', view.run_id],
    queryFn: ({ signal }) => readAll(client, view.run_id, signal),
    // Each look is a pod on somebody's cluster: only when somebody asks.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const again = (
    <Button isDisabled={isFetching} onPress={() => void refetch()}>
      {isFetching ? 'Looking…' : 'Look again'}
    </Button>
  );
  if (data === undefined)
    return error === null || isFetching ? (
      <Looking />
    ) : (
      <Problem error={error} what="The list of files">
        {again}
      </Problem>
    );
  return (
    <div className="run-part">
      <div className="actions files-bar">
        {data.files.length >= SEARCH_FROM && (
          <TextInput label="Search files" type="search" value={text} onChange={setText} />
        )}
        <span className="run-gap" />
        <span className="muted">
          as of <Time value={data.listed_at} />
        </span>
        {again}
      </div>
      {error !== null && !isFetching && <Problem error={error} what="The list of files" />}
      {data.files.length > 0 && typeof view.nextflow?.session_id === 'string' && (
        <p className="muted">
          These folders are shared with runs that resume this one: what they write there is listed
          here, too.
        </p>
      )}
      {data.places.length === 0 && (
        <Empty>Nothing says that the run leaves files: its params name no folder for output.</Empty>
      )}
      {data.places.map((place) => (
        <Place key={place.name} place={place} files={data.files} search={search} view={view} />
      ))}
      {data.more && <p className="muted">There are more files than the 10,000 that are listed.</p>}
    </div>
  );
}
