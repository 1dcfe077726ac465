/** Starts again what this run was started with: from the start, or from where it stopped. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useRef, useState } from 'react';
import { isTransient, SluiceError } from '../../../../client/errors.ts';
import { isTerminal } from '../../../../core/events/state.ts';
import type { RunView } from '../../../../core/runs/view.ts';
import { useClient } from '../../../app/context.tsx';
import { newKey } from '../../../parts/key.ts';
import { Button, type ButtonProps } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { Shown } from '../live/use-run.ts';
import { sentenceOf } from './sentence.ts';

type How = 'resume' | 'rerun';

/** What is known after a failure: a lost answer leaves it open. */
const lossOf = (error: unknown): string =>
  isTransient(error)
    ? `It may have started, or not: no answer came. Press it again; it starts no second run. ${sentenceOf(error)}`
    : `It was not started. ${sentenceOf(error)}`;

const TOLD: Readonly<Record<How, string>> = {
  rerun: 'It is started again. This is the new run.',
  resume: 'It is continued. This is the new run.',
};

function useAgain({ view }: Shown, how: How): () => void {
  const client = useClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const key = useRef<string>(undefined);
  const start = async (): Promise<void> => {
    // The same key until there is an answer: after a lost one another press starts no second run.
    key.current ??= newKey();
    const send = how === 'resume' ? client.resumeRun : client.rerun;
    const run = await send(view.run_id, {}, { idempotencyKey: key.current });
    key.current = undefined;
    toast({ text: TOLD[how] });
    await navigate({ to: '/runs/$runId', params: { runId: run.run_id } });
  };
  return () => {
    // Not disabled: a disabled button loses the focus.
    if (busy) return;
    setBusy(true);
    start()
      .catch((error: unknown) => toast({ text: lossOf(error), tone: 'problem' }))
      .finally(() => setBusy(false));
  };
}

type Props = { readonly shown: Shown; readonly label: string } & Pick<ButtonProps, 'variant'>;

export function RerunButton({ shown, label, ...more }: Props) {
  return (
    <Button {...more} onPress={useAgain(shown, 'rerun')}>
      {label}
    </Button>
  );
}

/** Whether runs of its kind can be continued, and it is over. */
export function mayContinue(view: RunView): boolean {
  const own = (view[view.kind] ?? {}) as { readonly session_id?: unknown };
  return isTerminal(view.state) && typeof own.session_id === 'string';
}

const OBSTACLES: readonly string[] = ['session_busy', 'not_resumable', 'gone'];

/** Why it cannot be continued now, as the server says; undefined while nothing is known against it. */
export function useObstacle({ view }: Shown, asks: boolean): string | undefined {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['run-resume', view.run_id],
    enabled: asks,
    queryFn: async ({ signal }): Promise<string | null> => {
      try {
        await client.dryRunAgainText('resume', view.run_id, {}, { signal });
        return null;
      } catch (error) {
        if (error instanceof SluiceError && OBSTACLES.includes(error.code)) return error.detail;
        throw error;
      }
    },
    retry: false,
  });
  return data ?? undefined;
}

/** With the reason beside it where it is not possible. */
export function ResumeButton({ shown, ...more }: Omit<Props, 'label'>) {
  const why = useId();
  const obstacle = useObstacle(shown, true);
  const start = useAgain(shown, 'resume');
  if (obstacle === undefined)
    return (
      <Button {...more} onPress={start}>
        Resume
      </Button>
    );
  return (
    <>
      <Button isDisabled aria-describedby={why}>
        Resume
      </Button>
      <p id={why} className="muted run-obstacle">
        {obstacle}
      </p>
    </>
  );
}
