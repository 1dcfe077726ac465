/** Signing in: at the provider of the installation, or with a token. */
import { type FormEvent, useState } from 'react';
import { SluiceError } from '../../client/errors.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/fields.tsx';
import type { Session, Sessions } from './session.ts';

type Props = {
  readonly session: Extract<Session, { status: 'signed_out' }>;
  readonly sessions: Sessions;
};

const sentenceOf = (error: unknown): string =>
  error instanceof SluiceError ? error.detail : String(error);

export function SignedOut({ session, sessions }: Props) {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const attempt = async (step: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    await step().catch((error: unknown) => setProblem(sentenceOf(error)));
    setBusy(false);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() === '') setProblem('Paste a token first.');
    else void attempt(() => sessions.enter(token.trim()));
  };
  return (
    <main className="alone">
      <title>Sign in · Sluice</title>
      <h1>Sluice</h1>
      {session.notice !== undefined && <p role="status">{session.notice}</p>}
      {session.signIn !== undefined && (
        <Button
          variant="primary"
          isDisabled={busy}
          onPress={() => void attempt(() => sessions.visitProvider())}
        >
          Sign in
        </Button>
      )}
      <form onSubmit={submit}>
        <TextInput
          label="Token"
          type="password"
          autoComplete="off"
          description="Kept in this tab until it is closed. An admin makes tokens."
          value={token}
          onChange={setToken}
          {...(problem !== undefined && { error: problem })}
        />
        <Button type="submit" isDisabled={busy} variant={session.signIn ? 'plain' : 'primary'}>
          Use the token
        </Button>
      </form>
    </main>
  );
}
