/** What stands around the rows: failures, nothing to show, new runs above, how far the list has been read. */
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../app/context.tsx';
import { Button } from '../../../ui/button.tsx';
import { Empty, Loading, Problem } from '../../../ui/states.tsx';
import { Time } from '../../../ui/time.tsx';
import { type Filters, isEmpty } from '../filters/filters.ts';
import type { ListState } from './list-state.ts';

type Props = { readonly state: ListState; readonly filters: Filters };

export function Trouble({
  state,
  onRetry,
}: {
  readonly state: ListState;
  readonly onRetry: () => void;
}) {
  if (state.error === undefined) return null;
  return (
    <div className="runs-trouble">
      <Problem error={state.error} what="The list of runs">
        {state.order.length > 0 && <p>What is shown may be out of date.</p>}
        <div className="actions">
          <Button onPress={onRetry}>Try again</Button>
        </div>
      </Problem>
    </div>
  );
}

export function NewRuns({
  count,
  onPress,
}: {
  readonly count: number;
  readonly onPress: () => void;
}) {
  return (
    <div className="runs-new" role="status">
      {count > 0 && (
        <Button variant="primary" onPress={onPress}>
          {count} new {count === 1 ? 'run' : 'runs'} <span aria-hidden="true">↑</span>
        </Button>
      )}
    </div>
  );
}

const numbers = new Intl.NumberFormat('en');

/** How far the server has got: with filters it may have looked at many more runs than it found. */
function Extent({ state: { scannedUntil, complete } }: { readonly state: ListState }) {
  if (complete) return <>That is all.</>;
  if (scannedUntil === null) return null;
  return (
    <>
      The list has been looked through back to <Time value={scannedUntil} />.
    </>
  );
}

function More({ state, onMore }: { readonly state: ListState; readonly onMore: () => void }) {
  if (state.reading) return <Loading what="More of the list" />;
  if (!state.paused) return null;
  return <Button onPress={onMore}>Look further back</Button>;
}

export function Foot({
  state,
  onMore,
}: {
  readonly state: ListState;
  readonly onMore: () => void;
}) {
  return (
    <div className="runs-foot">
      <p>
        {numbers.format(state.order.length)} {state.order.length === 1 ? 'run' : 'runs'} shown.{' '}
        <Extent state={state} />
      </p>
      <More state={state} onMore={onMore} />
    </div>
  );
}

export function NoRuns({ state, filters, onRetry }: Props & { readonly onRetry: () => void }) {
  const mayLaunch = useMay('launch');
  const { complete, paused, error } = state;
  if (error !== undefined) return null;
  if (!complete && !paused) {
    return (
      <>
        <Loading what="The list of runs" />
        {state.scannedUntil !== null && (
          <p className="muted">
            Nothing found yet. <Extent state={state} />
          </p>
        )}
      </>
    );
  }
  if (isEmpty(filters)) {
    return (
      <Empty>
        <p>There are no runs yet.</p>
        {mayLaunch && <Link to="/start">Start the first one</Link>}
      </Empty>
    );
  }
  return (
    <Empty>
      <p>No run fits these filters.</p>
      {!complete && (
        <p>
          <Extent state={state} />
        </p>
      )}
      <div className="actions runs-empty-actions">
        {paused && <Button onPress={onRetry}>Look further back</Button>}
        <Link to="/runs" search={{}}>
          All runs
        </Link>
      </div>
    </Empty>
  );
}
