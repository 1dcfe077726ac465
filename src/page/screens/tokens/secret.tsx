/** The secret of a new token, once. It stays until somebody says to have it. */
import type { TokenView } from '../../../core/access/token.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Time } from '../../ui/time.tsx';

type SecretProps = {
  readonly title: string;
  readonly made: TokenView & { readonly token: string };
  readonly onClose: () => void;
};

export function Secret({ title, made, onClose }: SecretProps) {
  return (
    <Dialog
      title={title}
      isOpen
      holds
      onClose={onClose}
      actions={
        <>
          <Button onPress={() => void copyText(made.token, 'The token')}>Copy the token</Button>
          <Button variant="primary" onPress={onClose}>
            I have it
          </Button>
        </>
      }
    >
      <p>Copy it now: it is not shown again, and cannot be read from the server.</p>
      <code className="token-secret">{made.token}</code>
      <p className="muted">
        Scopes: {made.scopes.join(', ')}. Domain: {made.domain}. Ends:{' '}
        {made.expires_at === null ? 'never' : <Time value={made.expires_at} />}.
      </p>
    </Dialog>
  );
}
