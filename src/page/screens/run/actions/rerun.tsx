/** Starts what this run was started with. */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { JsonText } from '../../../../client/http.ts';
import { useClient } from '../../../app/context.tsx';
import { Button, type ButtonProps } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { Shown } from '../live/use-run.ts';
import { sentenceOf } from './sentence.ts';

type Props = { readonly shown: Shown; readonly label: string } & Pick<ButtonProps, 'variant'>;

export function RerunButton({ shown, label, ...more }: Props) {
  const client = useClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const start = async (): Promise<void> => {
    // Reads JSON with its digits, which nothing else on the screen needs at once.
    const [{ requestIn }, { writeJson }] = await Promise.all([
      import('./commands.ts'),
      import('../../../../core/json/write.ts'),
    ]);
    const request = requestIn(shown.text);
    if (request === undefined) throw new Error('The server does not tell how it was started.');
    const run = await client.startRun(new JsonText(writeJson(request)));
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
          .catch((error: unknown) =>
            toast({ text: `It was not started. ${sentenceOf(error)}`, tone: 'problem' }),
          )
          .finally(() => setBusy(false));
      }}
    >
      {label}
    </Button>
  );
}
