/** A new token in place of one: both are valid for a while, so that its users can change over. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TokenView } from '../../../core/access/token.ts';
import { TOKEN_OVERLAP_SECONDS } from '../../../core/access/token-limits.ts';
import { useClient } from '../../app/context.tsx';
import { useHelp } from '../../parts/api-document.ts';
import { Help } from '../../parts/help.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/forms/select.tsx';
import { Problem } from '../../ui/states.tsx';
import { endAfter, LIVES, OVERLAPS } from './lives.ts';
import { Secret } from './secret.tsx';

const SAME = 'same';

type Props = { readonly token: TokenView; readonly onClose: () => void };

export function Rotate({ token, onClose }: Props) {
  const client = useClient();
  const queries = useQueryClient();
  const help = useHelp('TokenRotation');
  const [overlap, setOverlap] = useState(String(TOKEN_OVERLAP_SECONDS));
  const [life, setLife] = useState(SAME);
  const rotate = useMutation({
    mutationFn: () =>
      client.tokens.rotate(token.id, {
        overlap_seconds: Number(overlap),
        ...(life !== SAME && { expires_at: endAfter(life, Date.now()) }),
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (rotate.data !== undefined)
    return <Secret title={`${token.name} has a new token`} made={rotate.data} onClose={onClose} />;
  return (
    <Dialog
      title={`Rotate ${token.name}`}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Keep it</Button>
          <Button variant="primary" isDisabled={rotate.isPending} onPress={() => rotate.mutate()}>
            Make the new token
          </Button>
        </>
      }
    >
      <p>
        The new token has the same name, domain and scopes. A token is rotated once; the new one can
        be rotated again.
      </p>
      <div className="form">
        <Select
          label="The old one goes on for"
          description={<Help text={help('overlap_seconds')} />}
          choices={OVERLAPS}
          value={overlap}
          onChange={setOverlap}
        />
        <Select
          label="The new one ends"
          description={<Help text={help('expires_at')} />}
          choices={[{ id: SAME, label: 'When the old one was to end' }, ...LIVES]}
          value={life}
          onChange={setLife}
        />
      </div>
      {rotate.isError && <Problem error={rotate.error} what="The token" />}
    </Dialog>
  );
}
