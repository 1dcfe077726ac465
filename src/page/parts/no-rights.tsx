/** In place of a screen whose content the server would refuse: which scope is missing, and who can give it. */
import type { ReactNode } from 'react';
import { useCaller, useMay } from '../app/context.tsx';
import { Empty } from '../ui/states.tsx';
import { SCOPE_WORDS } from './scope-words.ts';

export function NoRights({ what }: { readonly what: string }) {
  const { scopes } = useCaller();
  return (
    <Empty>
      <p>
        <strong>{what} are for admins: you lack the scope </strong>
        <code>admin</code>
        <strong>.</strong>
      </p>
      <p>
        You have {scopes.map((scope) => `${scope} (${SCOPE_WORDS[scope]})`).join(', ') || 'none'}.
        An admin of your domain can give you another token, or another role where people sign in.
      </p>
    </Empty>
  );
}

/** A screen for admins: its heading, and its content for those who have the scope. */
export function AdminScreen({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const may = useMay('admin');
  if (may) return children;
  return (
    <>
      <title>{`${title} · Sluice`}</title>
      <h1>{title}</h1>
      <NoRights what={title} />
    </>
  );
}
