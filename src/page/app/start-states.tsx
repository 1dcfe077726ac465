/** What is shown while the page does not know yet who is here. */
import { useEffect } from 'react';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/states.tsx';

export function Starting() {
  return (
    <main className="alone" aria-busy="true">
      <p role="status">Connecting…</p>
    </main>
  );
}

/** A server that starts or is away comes back: the page looks by itself. */
const RETRY_MS = 5_000;

export function Unreachable({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
}) {
  useEffect(() => {
    const timer = setTimeout(onRetry, RETRY_MS);
    return () => clearTimeout(timer);
  });
  return (
    <main className="alone">
      <h1>Sluice</h1>
      <Problem error={error} what="The server" />
      <p>It is asked again every few seconds.</p>
      <Button onPress={onRetry}>Try now</Button>
    </main>
  );
}
