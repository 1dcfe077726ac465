/** The worker that holds a log: bytes of events come in, rows go out. */
import type { EventPage } from '../../../core/events/event.ts';
import { shown } from '../../../core/log/terminal.ts';
import { drawnLine } from './drawn-line.ts';
import { Intake } from './intake.ts';
import { isPrinted, KINDS } from './lines.ts';
import type { Ask, FromStore, Given, ToStore } from './messages.ts';

/** A search gets so many lines at once, or so much text: it stays small in memory, and tells of its progress. */
const SEARCH_ROWS = 4_096;
const SEARCH_CHARS = 1 << 20;

const intake = new Intake();
const { lines } = intake;
let parts: Uint8Array<ArrayBuffer>[] = [];
/** The seq after which a page was asked for that has not come. */
let wanted: number | undefined;
/** What the page knows of how far the log is loaded. */
let told = { seq: 0, lastSeq: 0, full: false };

const send = (message: FromStore, transfer: Transferable[] = []): void =>
  postMessage(message, { transfer });

function want(): void {
  if (wanted !== undefined) return;
  wanted = intake.seq;
  send({ type: 'want', after: wanted });
}

/** Each part is a task of its own for the page. Only with the last one all of the events have come. */
function tell(): void {
  const parts = intake.added();
  for (const [at, added] of parts.entries()) {
    if (at === parts.length - 1)
      told = { seq: intake.seq, lastSeq: intake.lastSeq, full: lines.isFull };
    const { columns, sources, kinds } = added;
    const buffers = [columns.buffer, sources.buffer, kinds.buffer] as Transferable[];
    send({ type: 'added', added, ...told }, buffers);
  }
}

async function takePage(): Promise<void> {
  const body = new Blob(parts);
  parts = [];
  const before = intake.seq;
  wanted = undefined;
  try {
    intake.takePage(JSON.parse(await body.text()) as EventPage);
    // A server that leaves events out would be asked for ever.
    if (intake.seq === before && intake.isBehind)
      throw new Error(`the events after ${before} are missing`);
  } catch (error) {
    send({ type: 'failed', message: String(error) });
    return;
  }
  tell();
  if (intake.isBehind) want();
}

function copied(rows: Uint32Array): string {
  let text = '';
  for (const row of rows) {
    const kind = lines.kind(row);
    if (!isPrinted(kind)) continue;
    if (text !== '' && kind !== KINDS.more) text += '\n';
    text += shown(lines.text(row));
  }
  return text;
}

function give(from: number): Given {
  const texts: string[] = [];
  let chars = 0;
  for (let row = from; row < lines.count && row < from + SEARCH_ROWS; row += 1) {
    if (chars > SEARCH_CHARS) break;
    const text = shown(lines.text(row));
    chars += text.length;
    texts.push(text);
  }
  const { sources, kinds } = lines.range(from, from + texts.length);
  return { from, texts, sources, kinds };
}

function take(message: ToStore): void {
  if (message.type === 'bytes') parts.push(message.bytes);
  else if (message.type === 'page_lost') parts = [];
  else if (message.type === 'again') want();
  else if (message.type === 'page_end') void takePage();
  else if (message.type === 'event') {
    intake.takeLive(message.event);
    tell();
    if (intake.isBehind) want();
  } else if (message.type === 'draw') {
    const drawn = Array.from(message.rows, (row) => drawnLine(lines.text(row), lines.time(row)));
    send({ type: 'drawn', id: message.id, lines: drawn });
  } else if (message.type === 'copy') {
    send({ type: 'copied', id: message.id, text: copied(message.rows) });
  } else {
    const { port } = message;
    port.addEventListener('message', ({ data }: MessageEvent<Ask>) =>
      port.postMessage(give(data.from)),
    );
    port.start();
  }
}

addEventListener('message', ({ data }: MessageEvent<ToStore>) => take(data));
want();
