/** Shows the messages of `toast.tsx`. The only file that knows React Aria's unstable names. */
import { useEffect } from 'react';
import { Text } from 'react-aria-components/Text';
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { Button } from '../button.tsx';
import { type Message, takeWaiting, waiting } from './messages.ts';
import './toast-region.css';

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });
/** React Aria's advice for messages that may have to be read. */
const SHOWN_MS = 6_000;

export default function Region() {
  useEffect(() => {
    const take = (): void => {
      for (const message of takeWaiting())
        queue.add(message, message.tone === 'problem' ? {} : { timeout: SHOWN_MS });
    };
    take();
    return waiting.subscribe(take);
  }, []);
  return (
    <ToastRegion queue={queue} className="toasts">
      {({ toast: shown }) => {
        const { text, action, tone = 'done' } = shown.content;
        return (
          <Toast toast={shown} className="toast" data-tone={tone}>
            <ToastContent className="toast-content">
              <Text slot="title">{text}</Text>
            </ToastContent>
            {action && (
              <Button
                onPress={() => {
                  action.run();
                  queue.close(shown.key);
                }}
              >
                {action.label}
              </Button>
            )}
            <Button slot="close" variant="quiet" aria-label="Close">
              ✕
            </Button>
          </Toast>
        );
      }}
    </ToastRegion>
  );
}
