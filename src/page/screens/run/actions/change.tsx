/** Changes the priority of a run that waits, and labels of one that is not over; an undo puts back what was there. */
import { type FormEvent, useState } from 'react';
import type { RunPatch } from '../../../../client/runs.ts';
import { PRIORITY_MAX } from '../../../../core/request-limits.ts';
import { useClient } from '../../../app/context.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { NumberInput } from '../../../ui/forms/number.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { Shown } from '../live/use-run.ts';
import { labelsPatch, labelsText, readLabels } from './labels.ts';
import { sentenceOf } from './sentence.ts';

type Props = { readonly shown: Shown; readonly onClose: () => void };

/** Sends a change, and offers to send the opposite. */
function useChange({ view, reread }: Shown) {
  const client = useClient();
  return async (priority: number, labels: Readonly<Record<string, string>>): Promise<void> => {
    const queued = view.state === 'queued';
    const patchTo = (toPriority: number, from: typeof labels, to: typeof labels): RunPatch => {
      const change = labelsPatch(from, to);
      return {
        ...(queued && priority !== view.priority && { priority: toPriority }),
        ...(Object.keys(change).length > 0 && { labels: change }),
      };
    };
    const patch = patchTo(priority, view.labels, labels);
    if (Object.keys(patch).length === 0) return;
    await client.patchRun(view.run_id, patch);
    reread();
    const undo = async (): Promise<void> => {
      await client.patchRun(view.run_id, patchTo(view.priority, labels, view.labels));
      reread();
    };
    toast({
      text: 'It is changed.',
      action: {
        label: 'Undo',
        run: () =>
          void undo().catch((error: unknown) =>
            toast({ text: sentenceOf(error), tone: 'problem' }),
          ),
      },
    });
  };
}

export function ChangeDialog({ shown, onClose }: Props) {
  const { view } = shown;
  const change = useChange(shown);
  const [priority, setPriority] = useState(view.priority);
  const [text, setText] = useState(() => labelsText(view.labels));
  const [problem, setProblem] = useState<string>();
  const labels = readLabels(text);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (typeof labels === 'string') return;
    try {
      await change(priority, labels);
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  const queued = view.state === 'queued';
  return (
    <Dialog title={queued ? 'Priority and labels' : 'Labels'} isOpen onClose={onClose}>
      <form className="run-dialog" onSubmit={(event) => void submit(event)}>
        {queued && (
          <NumberInput
            label="Priority"
            description={`${PRIORITY_MAX} goes first; equal ones in order of arrival.`}
            value={priority}
            onChange={setPriority}
            minValue={0}
            maxValue={PRIORITY_MAX}
          />
        )}
        <TextInput
          label="Labels"
          description="One name=value a line."
          rows={4}
          code
          value={text}
          onChange={setText}
          {...(typeof labels === 'string' && { error: labels })}
        />
        {problem !== undefined && (
          <p className="field-error" role="alert">
            {problem}
          </p>
        )}
        <div className="actions dialog-actions">
          <Button onPress={onClose}>Close</Button>
          <Button type="submit" variant="primary">
            Change
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
