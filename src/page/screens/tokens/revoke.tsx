/** Ends a token now. Its secret is gone for good, so that this asks, and has no undo. */
import { useQueryClient } from '@tanstack/react-query';
import type { TokenView } from '../../../core/access/token.ts';
import { useCaller, useClient } from '../../app/context.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';

type Props = { readonly token: TokenView; readonly onClose: () => void };

export function Revoke({ token, onClose }: Props) {
  const client = useClient();
  const queries = useQueryClient();
  const isOwn = useCaller().id === token.id;
  const done = async (): Promise<void> => {
    toast({ text: `The token ${token.name} is revoked.` });
    onClose();
    await queries.invalidateQueries({ queryKey: ['tokens'] });
  };
  return (
    <Confirm
      title={`Revoke ${token.name}?`}
      verb="Revoke the token"
      run={() => client.tokens.revoke(token.id)}
      onDone={() => void done()}
      onClose={onClose}
    >
      <p>
        Whoever uses it is refused within 10 seconds, and loses live connections at once. This
        cannot be undone: a new token has another secret.
      </p>
      <p className="muted">
        <code>{token.id}</code>
        <br />
        {token.last_used_at === null ? (
          'It was never used.'
        ) : (
          <>
            Last used: <Time value={token.last_used_at} />
          </>
        )}
      </p>
      {isOwn && (
        <p>
          <strong>It is the token that you use right now: you will be signed out.</strong>
        </p>
      )}
    </Confirm>
  );
}
