/** Copies and downloads of a log. */
import type { Client } from '../../../client/client.ts';
import { SluiceError } from '../../../client/errors.ts';
import { toast } from '../../ui/toast.tsx';
import type { Viewer } from '../view/viewer.ts';

/** A clipboard with more stops other programs; a download has everything. */
const COPY_LINES_MAX = 100_000;
/** Until the browser has taken the file. */
const REVOKE_MS = 60_000;

/** Copies the chosen lines without numbers, times and colours, also those that are not on the screen. */
export async function copyChosen(viewer: Viewer): Promise<void> {
  const rows = viewer.chosenRows();
  if (rows.length === 0) {
    toast({ text: 'Choose lines first: click the number of one, and with Shift that of another.' });
    return;
  }
  if (rows.length > COPY_LINES_MAX) {
    const most = COPY_LINES_MAX.toLocaleString('en-US');
    toast({ text: `At most ${most} lines can be copied. Download the log.`, tone: 'problem' });
    return;
  }
  try {
    await navigator.clipboard.writeText(await viewer.link.text(rows));
    toast({ text: rows.length === 1 ? 'The line is copied.' : 'The lines are copied.' });
  } catch {
    const text = 'The browser does not allow copying here. Download the log.';
    toast({ text, tone: 'problem' });
  }
}

/** The log as it was printed; the browser keeps it on its disk while it comes. */
export async function download(
  client: Client,
  runId: string,
  container: string | undefined,
): Promise<void> {
  try {
    const body = await client.logStream(runId, container === undefined ? {} : { container });
    const url = URL.createObjectURL(await new Response(body).blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = container === undefined ? `${runId}.log` : `${runId}-${container}.log`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
  } catch (error) {
    const why = error instanceof SluiceError ? error.detail : 'The connection broke off.';
    toast({ text: `The log could not be downloaded. ${why}`, tone: 'problem' });
  }
}
