/** What stands in place of a screen: it is being loaded, it failed, there is none. */
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Button } from '../ui/button.tsx';
import { Loading, Problem } from '../ui/states.tsx';

export const ScreenLoading = () => <Loading what="The screen" />;

export function ScreenError({ error, reset }: ErrorComponentProps) {
  return (
    <>
      <h1>This screen failed</h1>
      <Problem error={error} what="The screen" />
      {/* Its files may be gone after an upgrade of the server: then only loading the page anew helps. */}
      <div className="actions">
        <Button onPress={reset}>Try again</Button>
        <Button onPress={() => location.reload()}>Load the page anew</Button>
      </div>
    </>
  );
}

export function NotFound() {
  return (
    <>
      <h1>There is no such screen</h1>
      <p>
        The address leads nowhere. <Link to="/runs">All runs</Link>
      </p>
    </>
  );
}
