/** One event: a line, and its data as JSON once it is asked for. */
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../../app/context.tsx';
import { Copy } from '../../../ui/copy.tsx';
import { Loading, Problem } from '../../../ui/states.tsx';
import { Time } from '../../../ui/time.tsx';
import type { EventLine } from '../live/run-events.ts';

type Props = {
  readonly runId: string;
  readonly line: EventLine;
  readonly open: boolean;
  readonly onToggle: () => void;
};

function Data({ runId, seq }: { readonly runId: string; readonly seq: number }) {
  const client = useClient();
  const { data, error } = useQuery({
    queryKey: ['run-event', runId, seq],
    queryFn: async ({ signal }) =>
      JSON.stringify(
        (await client.events(runId, { after: seq - 1, limit: 1, signal })).events[0],
        null,
        2,
      ),
    // An event never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <Problem error={error} what="The event" />;
  if (data === undefined) return <Loading what="The event" />;
  return (
    <div className="run-json">
      <Copy text={data} what="the event as JSON" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0}>{data}</pre>
    </div>
  );
}

export function EventRow({ runId, line, open, onToggle }: Props) {
  const { seq, type, at, text } = line;
  return (
    <>
      <button type="button" className="run-event-line" aria-expanded={open} onClick={onToggle}>
        <span className="run-event-seq">{seq}</span>
        <span className="run-event-time">
          <Time value={at} />
        </span>
        <span className="run-event-type" data-type={type}>
          {type}
        </span>
        <span className="run-event-text">{text}</span>
      </button>
      {open && <Data runId={runId} seq={seq} />}
    </>
  );
}
