/** Starts what this run was started with. */
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { isTransient } from '../../../../client/errors.ts';
import { JsonText } from '../../../../client/http.ts';
import { useClient } from '../../../app/context.tsx';
import { newKey } from '../../../parts/key.ts';
import { Button, type ButtonProps } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { Shown } from '../live/use-run.ts';
import { sentenceOf } from './sentence.ts';

/** What is known after a failure: a lost answer leaves it open. */
const lossOf = (error: unknown): string =>
  isTransient(error)
    ? `It may have started, or not: no answer came. Press Rerun again; it starts no second run. ${sentenceOf(error)}`
    : `It was not started. ${sentenceOf(error)}`;

type Props = { readonly shown: Shown; readonly label: string } & Pick<ButtonProps, 'variant'>;

export function RerunButton({ shown, label, ...more }: Props) {
  const client = useClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const key = useRef<string>(undefined);
  const start = async (): Promise<void> => {
    // Reads JSON with its digits, which nothing else on the screen needs at once.
    const [{ requestIn }, { writeJson }] = await Promise.all([
      import('./commands.ts'),
      import('../../../../core/json/write.ts'),
    ]);
    const request = requestIn(shown.text);
    if (request === undefined) throw new Error('The server does not tell how it was started.');
    // The same key until there is an answer: after a lost one another press starts no second run.
    key.current ??= newKey();
    const run = await client.startRun(new JsonText(writeJson(request)), {
      idempotencyKey: key.current,
    });
    key.current = undefined;
    toast({
      text: run.attached
        ? 'Nothing new was started: this run was there already, and the request attaches to it.'
        : 'It is started again. This is the new run.',
    });
    await navigate({ to: '/runs/$runId', params: { runId: run.run_id } });
  };
  return (
    <Button
      {...more}
      onPress={() => {
        // Not disabled: a disabled button loses the focus.
        if (busy) return;
        setBusy(true);
        start()
          .catch((error: unknown) => toast({ text: lossOf(error), tone: 'problem' }))
          .finally(() => setBusy(false));
      }}
    >
      {label}
    </Button>
  );
}
