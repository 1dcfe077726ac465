/** All about one run: how it stands and what to do, its log, events, parameters, what ran, and what it ran beside. */
import { getRouteApi, Link } from '@tanstack/react-router';
import { SluiceError } from '../../../client/errors.ts';
import { Copy } from '../../ui/copy.tsx';
import { Loading, Problem } from '../../ui/states.tsx';
import { Actions } from './actions/actions.tsx';
import { useRecent } from './live/use-recent.ts';
import { type Shown, useFollow, useRunText } from './live/use-run.ts';
import { StateCard } from './state/state-card.tsx';
import { Summary } from './state/summary.tsx';
import { RunTabs } from './tabs/run-tabs.tsx';
import './run.css';

const route = getRouteApi('/runs/$runId');

/** Nothing is left to show: it was deleted, is not there, or is not for the caller. Anything else passes. */
const isFinal = (error: unknown): boolean =>
  error instanceof SluiceError && [401, 403, 404, 410].includes(error.status);

function NoRun({ error, runId }: { readonly error: unknown; readonly runId: string }) {
  const code = error instanceof SluiceError ? error.code : undefined;
  return (
    <>
      <title>Run · Sluice</title>
      <h1>Run {runId}</h1>
      <Problem error={error} what="The run">
        {code === 'gone' && <p>Its events and logs went with it. They cannot be brought back.</p>}
        {code === 'not_found' && (
          <p>
            Check the id. It may belong to another domain than yours, which nobody here may see.
          </p>
        )}
        {code === 'forbidden' && <p>Ask an admin of the domain for the right to read.</p>}
        <p>
          <Link to="/runs">All runs</Link>
        </p>
      </Problem>
    </>
  );
}

function RunScreen({ runId, text }: { readonly runId: string; readonly text: string }) {
  const shown = useFollow(runId, text);
  const recent = useRecent(shown.view.pipeline, shown.view.state);
  if (isFinal(shown.fatal)) return <NoRun error={shown.fatal} runId={runId} />;
  return (
    <>
      <title>{`${shown.view.state} · ${shown.view.pipeline} · Sluice`}</title>
      <Head shown={shown} />
      <StateCard shown={shown} recent={recent} />
      <Summary view={shown.view} />
      <RunTabs shown={shown} recent={recent} />
    </>
  );
}

function Head({ shown }: { readonly shown: Shown }) {
  const { view } = shown;
  return (
    <div className="run-head">
      <div className="run-name">
        <h1>{view.pipeline}</h1>
        <p className="run-id">
          <span className="unseen">Run </span>
          <code>{view.run_id}</code> <Copy text={view.run_id} what="the id of the run" />
        </p>
      </div>
      <Actions shown={shown} />
    </div>
  );
}

export function Run() {
  const { runId } = route.useParams();
  const { data, error } = useRunText(runId);
  if (error !== null && (data === undefined || isFinal(error)))
    return <NoRun error={error} runId={runId} />;
  if (data === undefined)
    return (
      <>
        <title>Run · Sluice</title>
        <h1>Run {runId}</h1>
        <Loading what="The run" />
      </>
    );
  return <RunScreen key={runId} runId={runId} text={data} />;
}
