/** Starts the run: one key per attempt, so that a double click or a lost answer starts one run. */
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { JsonText } from '../../../client/http.ts';
import type { StartedRun } from '../../../client/runs.ts';
import { useClient } from '../../app/context.tsx';
import { newKey } from '../../parts/key.ts';
import { toast } from '../../ui/toast.tsx';

function tell(run: StartedRun): void {
  if (!run.attached) return;
  const other = run.differs ? ' It runs with other values than yours.' : '';
  toast({ text: `This run was there already; nothing new was started.${other}`, tone: 'problem' });
}

export function useSend(onStarted: () => void) {
  const client = useClient();
  const navigate = useNavigate();
  /** The same body again is the same attempt, until it has an answer. */
  const attempt = useRef<{ readonly body: string; readonly key: string }>(undefined);
  return useMutation({
    mutationFn: (body: string) => {
      if (attempt.current?.body !== body) attempt.current = { body, key: newKey() };
      return client.startRun(new JsonText(body), { idempotencyKey: attempt.current.key });
    },
    onSuccess: async (run) => {
      onStarted();
      tell(run);
      // Somebody who has gone elsewhere meanwhile stays there.
      if (location.pathname === '/ui/start')
        await navigate({ to: '/runs/$runId', params: { runId: run.run_id } });
      else toast({ text: `Run ${run.run_id} is started.` });
    },
  });
}
