/** For callers who reach other domains than their own: which one the screen is of. It is in the screen's address. */
import { useQuery } from '@tanstack/react-query';
import { useCaller, useClient } from '../app/context.tsx';
import { Select } from '../ui/forms/select.tsx';

/** Domains that the caller reaches; undefined while they are read, and where there is nothing to choose. */
export function useDomainNames(): readonly string[] | undefined {
  const client = useClient();
  const { root, domain } = useCaller();
  const { data } = useQuery({
    queryKey: ['domains'],
    queryFn: () => client.domains.list(),
    enabled: root,
  });
  if (data === undefined) return undefined;
  return [...new Set([domain, ...data.map(({ name }) => name)])].toSorted();
}

type ChoiceProps = {
  /** Undefined: the caller's own. */
  readonly domain: string | undefined;
  readonly onChange: (domain: string | undefined) => void;
};

export function DomainChoice({ domain, onChange }: ChoiceProps) {
  const own = useCaller().domain;
  const names = useDomainNames();
  const shown = domain ?? own;
  if (names === undefined || (names.length < 2 && shown === own)) return null;
  return (
    <Select
      label="Domain"
      choices={[...new Set([...names, shown])].map((name) => ({ id: name, label: name }))}
      value={shown}
      onChange={(chosen) => onChange(chosen === own ? undefined : chosen)}
    />
  );
}
