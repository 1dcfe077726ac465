/** What can be done with the run: what its state allows and the caller may. */
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { isTerminal } from '../../../../core/events/state.ts';
import { useCaller, useClient, useMay } from '../../../app/context.tsx';
import { Button } from '../../../ui/button.tsx';
import { copyText } from '../../../ui/copy.tsx';
import { Menu, type MenuAction } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { Shown } from '../live/use-run.ts';
import { ChangeDialog } from './change.tsx';
import { CancelDialog, DeleteDialog, GoneDialog, HoldDialog } from './dialogs.tsx';
import { mayContinue, RerunButton, ResumeButton, useObstacle } from './rerun.tsx';
import { sentenceOf } from './sentence.ts';

type Open = 'cancel' | 'change' | 'hold' | 'delete' | 'gone' | undefined;

/** Copies what needs the request, with its digits. */
async function copyRequest(shown: Shown, as: 'curl' | 'command', guarded: boolean): Promise<void> {
  const { commandOf, curlOf, requestIn } = await import('./commands.ts');
  const request = requestIn(shown.text);
  if (request === undefined) throw new Error('The server does not tell how it was started.');
  if (as === 'curl') await copyText(curlOf(location.origin, request, guarded), 'The curl command');
  else await copyText(commandOf(shown.view.run_id, request), 'The command');
}

function useEntries(shown: Shown, open: (what: Open) => void): readonly MenuAction[] {
  const client = useClient();
  const { kind } = useCaller();
  const mayChange = useMay('launch');
  const mayAll = useMay('admin');
  const { view, reread } = shown;
  const over = isTerminal(view.state);
  const copy = (as: 'curl' | 'command') => () => {
    copyRequest(shown, as, kind !== 'open').catch((error: unknown) =>
      toast({ text: sentenceOf(error), tone: 'problem' }),
    );
  };
  const release = async (): Promise<void> => {
    const { reason } = view.hold ?? {};
    await client.holdRun(view.run_id, false);
    reread();
    const again = async (): Promise<void> => {
      await client.holdRun(view.run_id, true, reason ?? undefined);
      reread();
    };
    toast({ text: 'It is held no longer.', action: { label: 'Undo', run: () => void again() } });
  };
  const all: readonly (MenuAction | false)[] = [
    { id: 'link', label: 'Copy link', run: () => void copyText(location.href, 'The link') },
    { id: 'curl', label: 'Copy as curl', run: copy('curl') },
    { id: 'command', label: 'Copy as sluice command', run: copy('command') },
    mayChange &&
      !over && {
        id: 'change',
        label: view.state === 'queued' ? 'Priority and labels…' : 'Labels…',
        run: () => open('change'),
      },
    mayAll && view.hold === null && { id: 'hold', label: 'Hold…', run: () => open('hold') },
    mayAll &&
      view.hold !== null && {
        id: 'release',
        label: 'End the hold',
        run: () =>
          void release().catch((error: unknown) =>
            toast({ text: sentenceOf(error), tone: 'problem' }),
          ),
      },
    mayAll &&
      !over &&
      !view.reachable && {
        id: 'gone',
        label: 'Confirm that it is gone…',
        tone: 'danger',
        run: () => open('gone'),
      },
    mayAll && over && { id: 'delete', label: 'Delete…', tone: 'danger', run: () => open('delete') },
  ];
  return all.filter((entry) => entry !== false);
}

function More({ entries }: { readonly entries: readonly MenuAction[] }) {
  const [open, setOpen] = useState(false);
  const at = useRef<HTMLSpanElement>(null);
  return (
    <span ref={at}>
      <Button aria-label="More" aria-haspopup="menu" onPress={() => setOpen(true)}>
        <span aria-hidden="true">⋯</span>
      </Button>
      {open && <Menu label="More" actions={entries} at={at} onClose={() => setOpen(false)} />}
    </span>
  );
}

export function Actions({ shown }: { readonly shown: Shown }) {
  const [open, setOpen] = useState<Open>();
  const mayStart = useMay('launch');
  const { view } = shown;
  const over = isTerminal(view.state);
  const succeeded = view.state === 'succeeded';
  const continued = mayContinue(view);
  const obstacle = useObstacle(shown, mayStart && continued);
  const entries = useEntries(shown, setOpen);
  const dialog = { shown, onClose: () => setOpen(undefined) };
  return (
    <div className="actions run-actions">
      {mayStart && !over && view.state !== 'cancelling' && (
        <Button variant="danger" onPress={() => setOpen('cancel')}>
          Cancel
        </Button>
      )}
      {mayStart && continued && (
        <ResumeButton shown={shown} {...(!succeeded && { variant: 'primary' })} />
      )}
      {mayStart && continued && obstacle === undefined && (
        <Link className="button" to="/start" search={{ resume: view.run_id }}>
          Resume with changes
        </Link>
      )}
      {mayStart && (
        <RerunButton
          shown={shown}
          label="Rerun"
          {...(over && (succeeded || !continued) && { variant: 'primary' })}
        />
      )}
      {mayStart && (
        <Link className="button" to="/start" search={{ from: view.run_id }}>
          Rerun with changes
        </Link>
      )}
      <More entries={entries} />
      {open === 'cancel' && <CancelDialog {...dialog} />}
      {open === 'change' && <ChangeDialog {...dialog} />}
      {open === 'hold' && <HoldDialog {...dialog} />}
      {open === 'delete' && <DeleteDialog {...dialog} />}
      {open === 'gone' && <GoneDialog {...dialog} />}
    </div>
  );
}
