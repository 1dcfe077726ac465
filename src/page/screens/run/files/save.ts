/** Saves one file of a run. What a pipeline wrote is untrusted: it is never opened here, only handed to the browser to keep. */
import type { Client } from '../../../../client/client.ts';
import { SluiceError } from '../../../../client/errors.ts';
import { toast } from '../../../ui/toast.tsx';

/** Until the browser has taken the file. */
const REVOKE_MS = 60_000;
/** No type of which a browser makes a page, should somebody open the file's address. */
const BYTES = 'application/octet-stream';

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `progress` is told how much has come, from 0 to 1. Resolves when the browser has it, or after telling why not. */
export async function saveFile(
  client: Client,
  runId: string,
  path: string,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<void> {
  try {
    const { size, bytes } = await client.file(runId, path, { signal });
    const pieces: Blob[] = [];
    let come = 0;
    for await (const piece of bytes) {
      // In a Blob the browser may keep it on its disk.
      pieces.push(new Blob([piece.slice()]));
      come += piece.length;
      progress(come / Math.max(1, size));
    }
    const url = URL.createObjectURL(new Blob(pieces, { type: BYTES }));
    const link = document.createElement('a');
    link.href = url;
    link.download = nameOf(path);
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
  } catch (error) {
    if (signal.aborted) return;
    const why = error instanceof SluiceError ? error.detail : 'The connection broke off.';
    toast({ text: `${nameOf(path)} could not be downloaded. ${why}`, tone: 'problem' });
  }
}
