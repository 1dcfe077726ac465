/** Something to copy, such as an id. */
import { Button } from './button.tsx';
import { toast } from './toast.tsx';

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
      <span aria-hidden="true">⧉</span>
    </Button>
  );
}
