/** A window over the screen: it takes the focus, gives it back, and Escape or a press beside it closes it. */
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button.tsx';
import './dialog.css';

type DialogProps = {
  readonly title: string;
  readonly isOpen: boolean;
  /** It is to be closed: by Escape, the button, or a press beside it. */
  readonly onClose: () => void;
  /** What is shown once must not go away by a press beside it or by Escape. */
  readonly holds?: boolean;
  /** For code and tables, which need the width. */
  readonly wide?: boolean;
  /** Buttons at its end, from the least to the most likely. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, holds = false, wide = false, actions, children } = props;
  return (
    <ModalOverlay
      className="dialog-ground"
      isOpen={isOpen}
      isDismissable={!holds}
      isKeyboardDismissDisabled={holds}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="dialog-frame" data-wide={wide}>
        <AriaDialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {!holds && (
              <Button variant="quiet" aria-label="Close" onPress={onClose}>
                <span aria-hidden="true">✕</span>
              </Button>
            )}
          </div>
          <div className="dialog-content">{children}</div>
          {actions !== undefined && <div className="actions dialog-actions">{actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
