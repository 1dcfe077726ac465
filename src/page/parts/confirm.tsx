/** A question before what cannot be undone. */
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/states.tsx';

type ConfirmProps = {
  readonly title: string;
  /** What the button says: "Revoke the token". */
  readonly verb: string;
  readonly run: () => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** Shown while it is mounted. */
export function Confirm({ title, verb, run, onDone, onClose, children }: ConfirmProps) {
  const action = useMutation({ mutationFn: run, onSuccess: onDone });
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Keep it</Button>
          <Button variant="danger" isDisabled={action.isPending} onPress={() => action.mutate()}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {action.isError && <Problem error={action.error} what={title} />}
    </Dialog>
  );
}
