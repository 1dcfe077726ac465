/** API tokens of a domain: made, rotated, revoked. The secret of one is shown once. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { TokenView } from '../../../core/access/token.ts';
import { useCaller, useClient } from '../../app/context.tsx';
import { DomainChoice } from '../../parts/domain-choice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { AdminScreen } from '../../parts/no-rights.tsx';
import { type Column, DataTable } from '../../parts/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { NewToken } from './new-token.tsx';
import { Revoke } from './revoke.tsx';
import { Rotate } from './rotate.tsx';
import './tokens.css';

type Open =
  | { readonly dialog: 'new' }
  | { readonly dialog: 'rotate' | 'revoke'; readonly token: TokenView };

const hasEnded = ({ expires_at }: TokenView): boolean =>
  expires_at !== null && Date.parse(expires_at) <= Date.now();

function State({ token }: { readonly token: TokenView }) {
  if (hasEnded(token)) return <span className="pill">ended</span>;
  if (token.replaced_by !== null)
    return (
      <span className="pill" data-tone="warning">
        rotated
      </span>
    );
  return (
    <span className="pill" data-tone="good">
      valid
    </span>
  );
}

const columnsOf = (own: string, open: (next: Open) => void): readonly Column<TokenView>[] => [
  {
    label: 'Token',
    cell: ({ name, id }) => (
      <>
        {name}
        <div className="token-id">
          <code>{id}</code>
          {id === own && ' (yours)'}
        </div>
      </>
    ),
  },
  { label: 'State', cell: (token) => <State token={token} /> },
  { label: 'Scopes', cell: ({ scopes }) => scopes.join(', ') },
  {
    label: 'Ends',
    cell: ({ expires_at }) => (expires_at === null ? 'never' : <Time value={expires_at} />),
  },
  {
    label: 'Last used',
    cell: ({ last_used_at }) => (last_used_at === null ? 'never' : <Time value={last_used_at} />),
  },
  { label: 'Made', cell: ({ created_at }) => <Time value={created_at} /> },
  {
    label: 'Actions',
    buttons: true,
    cell: (token) => (
      <>
        {!hasEnded(token) && token.replaced_by === null && (
          <Button
            variant="quiet"
            aria-label={`Rotate ${token.name}…`}
            onPress={() => open({ dialog: 'rotate', token })}
          >
            Rotate…
          </Button>
        )}
        <Button
          variant="quiet"
          aria-label={`Revoke ${token.name}…`}
          onPress={() => open({ dialog: 'revoke', token })}
        >
          Revoke…
        </Button>
      </>
    ),
  },
];

const route = getRouteApi('/tokens');

function Content() {
  const { domain } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useClient();
  const caller = useCaller();
  const [open, setOpen] = useState<Open>();
  const tokens = useQuery({
    queryKey: ['tokens', domain ?? caller.domain],
    queryFn: () => client.tokens.list(domain === undefined ? {} : { domain }),
  });
  const close = (): void => setOpen(undefined);
  return (
    <>
      <title>Tokens · Sluice</title>
      <div className="screen-head">
        <h1>Tokens</h1>
        <Button onPress={() => setOpen({ dialog: 'new' })}>Make a token…</Button>
      </div>
      <p className="screen-lead">
        For programs, the command line, and people where nobody signs in otherwise. Only a hash of a
        token is kept, so that its secret is shown once.
      </p>
      <div className="filters">
        <DomainChoice
          domain={domain}
          onChange={(chosen) =>
            void navigate({ search: chosen === undefined ? {} : { domain: chosen } })
          }
        />
      </div>
      <Loaded query={tokens} what="The list of tokens">
        {(all) =>
          all.length === 0 ? (
            <Empty>
              <p>The domain {domain ?? caller.domain} has no tokens.</p>
            </Empty>
          ) : (
            <DataTable
              caption="Tokens"
              columns={columnsOf(caller.id, setOpen)}
              rows={all}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {open?.dialog === 'new' && <NewToken domain={domain} onClose={close} />}
      {open?.dialog === 'rotate' && <Rotate token={open.token} onClose={close} />}
      {open?.dialog === 'revoke' && <Revoke token={open.token} onClose={close} />}
    </>
  );
}

export const Tokens = () => (
  <AdminScreen title="Tokens">
    <Content />
  </AdminScreen>
);
