/** Cancels several runs: first what would happen, then how far it is, then what came of each. */
import { useRef, useState } from 'react';
import type { RunView } from '../../../../core/runs/view.ts';
import { useClient } from '../../../app/context.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { cancelAll, count, type Outcome, type Plan } from './plan.ts';
import './cancel.css';

/** More of them are counted: nobody reads longer lists in a dialog. */
const NAMED_MAX = 50;

type Props = {
  readonly plan: Plan;
  readonly onView: (view: RunView) => void;
  /** `sent`: for which a cancel was sent and its end is told. */
  readonly onClose: (sent: readonly string[]) => void;
};

function Named({ title, runs }: { readonly title: string; readonly runs: readonly RunView[] }) {
  if (runs.length === 0) return null;
  const named = runs.filter((_, at) => at < NAMED_MAX);
  return (
    <section>
      <h3>{title}</h3>
      <ul className="cancel-list">
        {named.map((run) => (
          <li key={run.run_id}>
            <StateBadge state={run.state} /> <span>{run.pipeline}</span> <code>{run.run_id}</code>
          </li>
        ))}
        {runs.length > named.length && <li>and {runs.length - named.length} more</li>}
      </ul>
    </section>
  );
}

function Preview({ plan }: { readonly plan: Plan }) {
  const { willEnd, ending, over, unknown } = plan;
  return (
    <>
      <Named title={`${count(willEnd.length)} will be cancelled`} runs={willEnd} />
      <Named title={`${count(ending.length)} being cancelled already`} runs={ending} />
      <Named title={`${count(over.length)} over already, left as they are`} runs={over} />
      {unknown.length > 0 && (
        <p>{count(unknown.length)} not in the list any more, left as they are.</p>
      )}
      {willEnd.length === 0 && <p>There is nothing to cancel.</p>}
    </>
  );
}

const WORDS: readonly (readonly [Outcome['result'], string])[] = [
  ['asked', 'being cancelled'],
  ['cancelled', 'cancelled'],
  ['over', 'were over before'],
  ['refused', 'refused'],
  ['unanswered', 'without an answer'],
];

const isFailure = ({ result }: Outcome): boolean => result === 'unanswered' || result === 'refused';

function Results({
  outcomes,
  total,
  isOver,
}: {
  readonly outcomes: readonly Outcome[];
  readonly total: number;
  readonly isOver: boolean;
}) {
  const sums = WORDS.flatMap(([result, words]) => {
    const many = outcomes.filter((outcome) => outcome.result === result).length;
    return many === 0 ? [] : [`${many} ${words}`];
  });
  const left = total - outcomes.length;
  // What went wrong first, then the latest.
  const told = outcomes
    .toReversed()
    .toSorted((a, b) => Number(isFailure(b)) - Number(isFailure(a)))
    .filter((_, at) => at < NAMED_MAX);
  if (isOver && left > 0) sums.push(`${left} not asked`);
  return (
    <>
      <progress
        aria-label="Cancels"
        className="cancel-progress"
        max={total}
        value={outcomes.length}
      />
      <p role="status">
        {isOver ? 'Done' : `${outcomes.length} of ${total} answered`}
        {sums.length > 0 && `: ${sums.join(', ')}.`}
      </p>
      <ul className="cancel-list">
        {told.map(({ id, result, detail }) => (
          <li key={id} data-result={result}>
            <code>{id}</code> <span>{detail}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function useCancels(onView: Props['onView']) {
  const client = useClient();
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [phase, setPhase] = useState<'preview' | 'asking' | 'over'>('preview');
  const stop = useRef(new AbortController());
  const begin = async (ids: readonly string[], reason: string): Promise<void> => {
    stop.current = new AbortController();
    setPhase('asking');
    const again = new Set(ids);
    setOutcomes((before) => before.filter(({ id }) => !again.has(id)));
    await cancelAll(
      ids,
      (id) => client.cancelRun(id, reason.trim() || undefined),
      (outcome, view) => {
        setOutcomes((before) => [...before, outcome]);
        if (view) onView(view);
      },
      stop.current.signal,
    );
    setPhase('over');
  };
  return { outcomes, phase, begin, stop: () => stop.current.abort() };
}

export function CancelDialog({ plan, onView, onClose }: Props) {
  const [reason, setReason] = useState('');
  const { outcomes, phase, begin, stop } = useCancels(onView);
  const ids = plan.willEnd.map(({ run_id }) => run_id);
  const close = (): void => onClose(outcomes.map(({ id }) => id));
  const keep = ['Close', 'Keep it running'][ids.length] ?? 'Keep them running';
  const failed = outcomes.filter(isFailure).map(({ id }) => id);
  const actions = {
    preview: (
      <>
        <Button onPress={close}>{keep}</Button>
        <Button
          variant="danger"
          isDisabled={ids.length === 0}
          onPress={() => void begin(ids, reason)}
        >
          Cancel {count(ids.length)}
        </Button>
      </>
    ),
    asking: <Button onPress={stop}>Stop asking</Button>,
    over: (
      <>
        {failed.length > 0 && (
          <Button onPress={() => void begin(failed, reason)}>Try {failed.length} again</Button>
        )}
        <Button variant="primary" onPress={close}>
          Close
        </Button>
      </>
    ),
  }[phase];
  return (
    <Dialog
      title={ids.length === 1 ? 'Cancel a run' : 'Cancel runs'}
      isOpen
      onClose={close}
      holds={phase === 'asking'}
      actions={actions}
    >
      {phase === 'preview' ? (
        <>
          <Preview plan={plan} />
          {ids.length > 0 && (
            <TextInput
              label="Why (shown with each run)"
              value={reason}
              onChange={setReason}
              maxLength={200}
            />
          )}
        </>
      ) : (
        <Results outcomes={outcomes} total={ids.length} isOver={phase === 'over'} />
      )}
    </Dialog>
  );
}
