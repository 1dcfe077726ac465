/** The screens that change an entry or make one: both read what they need, then show the editor. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCaller, useClient, useMay } from '../app/context.tsx';
import { type ApiDocument, useApiDocument } from '../parts/api-document.ts';
import { Loaded } from '../parts/loaded.tsx';
import { NoRights } from '../parts/no-rights.tsx';
import { Empty } from '../ui/states.tsx';
import { EntryEditor } from './entry-editor.tsx';
import { withValue } from './json-text.ts';
import { forEditing, type Sort } from './sorts.ts';

type FrameProps = {
  readonly sort: Sort;
  readonly title: string;
  readonly children: (document: ApiDocument) => ReactNode;
};

/** Pipelines are changed by admins of their domain, targets by admins of the installation. */
export function useMayWrite(sort: Sort): boolean {
  const { root } = useCaller();
  return useMay('admin') && (sort.noun === 'pipeline' || root);
}

function Frame({ sort, title, children }: FrameProps) {
  const document = useApiDocument();
  const may = useMayWrite(sort);
  const isAdmin = useMay('admin');
  return (
    <>
      <title>{`${title} · Sluice`}</title>
      <h1>{title}</h1>
      {may ? (
        <Loaded query={document} what="The description of the fields">
          {children}
        </Loaded>
      ) : isAdmin ? (
        <Empty>Targets are changed by admins of the installation only.</Empty>
      ) : (
        <NoRights what={`Changes of ${sort.plural}`} />
      )}
    </>
  );
}

type EditProps = {
  readonly sort: Sort;
  readonly name: string;
  readonly domain: string | undefined;
  readonly onSaved: (name: string) => void;
};

/** The version is the one that was there when the screen was opened: it is not read anew while somebody types. */
function useVersion({ sort, name, domain }: Omit<EditProps, 'onSaved'>) {
  const client = useClient();
  return useQuery({
    queryKey: [sort.plural, 'edit', domain, name],
    queryFn: async () => {
      const query = domain === undefined ? {} : { domain };
      const { text, etag } = await sort.callsOf(client).getVersioned(name, query);
      return { text: forEditing(text), etag };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

function Edit(props: EditProps & { readonly document: ApiDocument }) {
  const version = useVersion(props);
  return (
    <Loaded query={version} what={`The ${props.sort.noun} ${props.name}`}>
      {(base) => <EntryEditor {...props} base={base} text={base.text} />}
    </Loaded>
  );
}

export const EditScreen = (props: EditProps) => (
  <Frame sort={props.sort} title={`Edit ${props.name}`}>
    {(document) => <Edit key={props.name} {...props} document={document} />}
  </Frame>
);

type NewProps = Omit<EditProps, 'name'> & {
  /** Name of an entry that it begins as a copy of. */
  readonly from: string | undefined;
};

function Copy(props: NewProps & { readonly from: string; readonly document: ApiDocument }) {
  const version = useVersion({ ...props, name: props.from });
  return (
    <Loaded query={version} what={`The ${props.sort.noun} ${props.from}`}>
      {({ text }) => (
        <EntryEditor {...props} base={undefined} text={withValue(text, ['name'], '')} />
      )}
    </Loaded>
  );
}

export const NewScreen = ({ from, ...props }: NewProps) => (
  <Frame
    sort={props.sort}
    title={from === undefined ? `New ${props.sort.noun}` : `Copy of ${from}`}
  >
    {(document) =>
      from === undefined ? (
        <EntryEditor {...props} document={document} base={undefined} text={props.sort.blank} />
      ) : (
        <Copy {...props} from={from} document={document} />
      )
    }
  </Frame>
);
