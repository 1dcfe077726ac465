/** Saved versions of a pipeline, and what differs between two of them. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { SavedVersion } from '../../../client/catalogue.ts';
import { useCaller, useClient } from '../../app/context.tsx';
import { parse, pretty, rawAt, withValue } from '../../entries/json-text.ts';
import { DiffLines } from '../../parts/diff/diff-lines.tsx';
import { Help } from '../../parts/help.tsx';
import { isMissing, Loaded } from '../../parts/loaded.tsx';
import { type Column, DataTable } from '../../parts/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/forms/select.tsx';
import { Loading, Problem } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';

const route = getRouteApi('/pipelines/$pipeline');

/** The most that a page of the API has. */
const PAGE = 20;

const COLUMNS: readonly Column<SavedVersion>[] = [
  { label: 'Version', cell: ({ version }) => version },
  { label: 'Saved', cell: ({ saved_at }) => <Time value={saved_at} /> },
  { label: 'By', long: true, cell: ({ saved_by }) => saved_by ?? 'the file of the installation' },
  { label: 'About', long: true, cell: ({ entry }) => <Help text={entry.description} /> },
];

function useVersions(name: string) {
  const client = useClient();
  const own = useCaller().domain;
  const { domain } = route.useSearch();
  return useInfiniteQuery({
    queryKey: ['pipelines', 'versions', domain ?? own, name],
    queryFn: ({ pageParam }) =>
      client.listPipelineVersions(name, {
        limit: PAGE,
        ...(domain !== undefined && { domain }),
        ...(pageParam !== null && { cursor: pageParam }),
      }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

/** The entry of a saved version, as text with its digits. The number of the version differs always. */
function entryText(text: string): string {
  const { tree } = parse(text);
  const entry = tree && rawAt(text, tree, ['entry']);
  return entry === undefined ? '' : pretty(withValue(entry, ['version'], undefined));
}

type CompareProps = { readonly name: string; readonly before: number; readonly after: number };

function Compare({ name, before, after }: CompareProps) {
  const client = useClient();
  const own = useCaller().domain;
  const { domain } = route.useSearch();
  const within = domain === undefined ? {} : { domain };
  const texts = useQuery({
    queryKey: ['pipelines', 'compare', domain ?? own, name, before, after],
    queryFn: async () => {
      const both = await Promise.all(
        [before, after].map((version) => client.getPipelineVersionText(name, version, within)),
      );
      return both.map(entryText);
    },
    // A saved version never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Loaded query={texts} what="The comparison">
      {([old = '', now = '']) => (
        <DiffLines
          before={old}
          after={now}
          label={`Version ${before} compared with version ${after}`}
        />
      )}
    </Loaded>
  );
}

function Choice({ versions }: { readonly versions: readonly SavedVersion[] }) {
  const { pipeline: name } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [newest, second] = versions;
  if (newest === undefined || second === undefined) return null;
  const before = search.old ?? second.version;
  const after = search.new ?? newest.version;
  const choices = [...new Set([...versions.map(({ version }) => version), before, after])].map(
    (version) => ({ id: String(version), label: `Version ${version}` }),
  );
  const choose = (change: { readonly old?: number; readonly new?: number }): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <>
      <div className="filters">
        <Select
          label="From"
          choices={choices}
          value={String(before)}
          onChange={(id) => choose({ old: Number(id) })}
        />
        <Select
          label="To"
          choices={choices}
          value={String(after)}
          onChange={(id) => choose({ new: Number(id) })}
        />
      </div>
      <Compare name={name} before={before} after={after} />
    </>
  );
}

export function Versions({ name }: { readonly name: string }) {
  const versions = useVersions(name);
  // The pipeline is not there, which is told above; a deleted one has its versions.
  if (isMissing(versions.error)) return null;
  const all = versions.data?.pages.flatMap((page) => page.versions) ?? [];
  return (
    <section>
      <h2>Versions</h2>
      {versions.isPending && <Loading what="The list of versions" />}
      {versions.isError && <Problem error={versions.error} what="The list of versions" />}
      {all.length > 0 && (
        <DataTable
          caption="Versions"
          columns={COLUMNS}
          rows={all}
          keyOf={({ version }) => String(version)}
        />
      )}
      {versions.hasNextPage && (
        <div className="actions pipeline-more">
          <Button
            isDisabled={versions.isFetchingNextPage}
            onPress={() => void versions.fetchNextPage()}
          >
            Older versions
          </Button>
        </div>
      )}
      {all.length > 1 && (
        <>
          <h2>What changed</h2>
          <Choice versions={all} />
        </>
      )}
    </section>
  );
}
