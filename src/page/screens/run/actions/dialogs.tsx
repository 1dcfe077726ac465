/**
 * What ends or takes something away asks first, and takes the reason that others will read. A cancel has no undo: once its driver is told to end, nothing
 * brings the work back, and a delay in which it could be taken back would say "cancelled" while nothing was sent, also in a tab that is
 * closed meanwhile. A hold can be undone, and has an undo.
 */
import { useNavigate } from '@tanstack/react-router';
import { useClient } from '../../../app/context.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { Shown } from '../live/use-run.ts';
import { ActDialog } from './act-dialog.tsx';

type Props = { readonly shown: Shown; readonly onClose: () => void };

const REASON = {
  label: 'Reason',
  description: 'Optional. Everybody who sees the run can read it.',
};

export function CancelDialog({ shown, onClose }: Props) {
  const client = useClient();
  const { view, reread } = shown;
  return (
    <ActDialog
      title="Cancel this run?"
      act="Cancel the run"
      keep="Let it go on"
      danger
      field={REASON}
      onClose={onClose}
      onAct={async (reason) => {
        await client.cancelRun(view.run_id, reason);
        reread();
      }}
    >
      {view.state === 'queued' ? (
        <p>It leaves the queue of lane {view.lane}. Nothing of it has run.</p>
      ) : (
        <p>
          Its driver is told to end, and killed if it does not. What it has not saved is lost: this
          cannot be undone. The run is cancelled once nothing of it is left on the cluster.
        </p>
      )}
    </ActDialog>
  );
}

export function HoldDialog({ shown, onClose }: Props) {
  const client = useClient();
  const { view, reread } = shown;
  return (
    <ActDialog
      title="Keep this run?"
      act="Hold the run"
      keep="Close"
      field={REASON}
      onClose={onClose}
      onAct={async (reason) => {
        await client.holdRun(view.run_id, true, reason);
        reread();
        const undo = async (): Promise<void> => {
          await client.holdRun(view.run_id, false);
          reread();
        };
        toast({ text: 'It is held.', action: { label: 'Undo', run: () => void undo() } });
      }}
    >
      <p>It is deleted neither by age nor by request until an admin ends the hold.</p>
    </ActDialog>
  );
}

export function DeleteDialog({ shown, onClose }: Props) {
  const client = useClient();
  const navigate = useNavigate();
  const { view } = shown;
  return (
    <ActDialog
      title="Delete this run?"
      act="Delete the run"
      keep="Keep it"
      danger
      onClose={onClose}
      onAct={async () => {
        await client.deleteRun(view.run_id);
        toast({ text: `Run ${view.run_id} is deleted.` });
        await navigate({ to: '/runs' });
      }}
    >
      <p>Its events and logs go with it, for everybody. This cannot be undone.</p>
    </ActDialog>
  );
}

export function GoneDialog({ shown, onClose }: Props) {
  const client = useClient();
  const { view, reread } = shown;
  return (
    <ActDialog
      title="Is nothing of it left?"
      act="Confirm that it is gone"
      keep="Close"
      danger
      field={REASON}
      onClose={onClose}
      onAct={async (reason) => {
        await client.confirmGone(view.run_id, reason);
        reread();
      }}
    >
      <p>
        You vouch that target {view.target} is gone for good, and that nothing of the run is left
        there. The run ends as failed, and gives its place in lane {view.lane} back. If it still
        runs somewhere, two may run at once.
      </p>
    </ActDialog>
  );
}
