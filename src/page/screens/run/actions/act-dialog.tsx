/** A dialog for one act: what it means, a reason if one is taken, and what went wrong. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { GIVEN_REASON_CHARS_MAX } from '../../../../core/request-limits.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { sentenceOf } from './sentence.ts';

type Props = {
  readonly title: string;
  /** What the button says that does it, and the other. */
  readonly act: string;
  readonly keep: string;
  readonly danger?: boolean;
  readonly field?: { readonly label: string; readonly description: string };
  readonly onClose: () => void;
  /** Rejects where it was refused: the dialog says so and stays. */
  readonly onAct: (reason: string | undefined) => Promise<void>;
  readonly children: ReactNode;
};

export function ActDialog(props: Props) {
  const { title, act, keep, danger = false, field, onClose, onAct, children } = props;
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onAct(reason.trim() || undefined);
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form className="run-dialog" onSubmit={(event) => void submit(event)}>
        {children}
        {field && (
          <TextInput
            label={field.label}
            description={field.description}
            value={reason}
            onChange={setReason}
            maxLength={GIVEN_REASON_CHARS_MAX}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus
            autoFocus
          />
        )}
        {problem !== undefined && (
          <p className="field-error" role="alert">
            {problem}
          </p>
        )}
        <div className="actions dialog-actions">
          <Button onPress={onClose}>{keep}</Button>
          {/* Not disabled: a disabled button loses the focus, and Escape with it. */}
          <Button type="submit" variant={danger ? 'danger' : 'primary'}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
