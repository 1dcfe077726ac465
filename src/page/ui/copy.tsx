/** Something to copy, such as an id. */
import { Button } from './button.tsx';
import { toast } from './toast.tsx';
import './copy.css';

/** Where the clipboard is refused, as on plain http, the text is shown to be copied by hand. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: `${what} is copied.` });
  } catch {
    toast({ text: `The browser does not allow copying here: ${text}`, tone: 'problem' });
  }
}

export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <Button variant="quiet" aria-label={`Copy ${what}`} onPress={() => void copyText(text, what)}>
      <svg aria-hidden="true" width="16" height="16" viewBox="0 0 16 16" className="copy-icon">
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
        <path d="M10.5 3.5v-.5a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h.5" />
      </svg>
    </Button>
  );
}
