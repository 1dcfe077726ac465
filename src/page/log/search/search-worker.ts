/** Looks through a log, line by line: a pattern that hangs stops this worker only, and the page ends it. */
import { isPrinted } from '../store/lines.ts';
import type { Ask, Given } from '../store/messages.ts';
import { compile, isIn, marksIn } from './matcher.ts';
import type { FromSearch, ToSearch } from './messages.ts';

let pattern = /(?!)/g;
let sources: ReadonlySet<number> | undefined;
let port: MessagePort | undefined;
let upTo = 0;
let count = 0;
let isAsking = false;

const send = (message: FromSearch, transfer: Transferable[] = []): void =>
  postMessage(message, { transfer });

function ask(): void {
  if (isAsking || upTo >= count) return;
  isAsking = true;
  port?.postMessage({ from: upTo } satisfies Ask);
}

function look({ from, texts, sources: of, kinds }: Given): void {
  isAsking = false;
  const rows: number[] = [];
  for (const [at, text] of texts.entries()) {
    const isWanted = sources === undefined || sources.has(of[at] ?? 0);
    if (isWanted && isPrinted(kinds[at] ?? 0) && isIn(text, pattern)) rows.push(from + at);
  }
  upTo = from + texts.length;
  const found = Uint32Array.from(rows);
  send({ type: 'found', upTo, rows: found }, [found.buffer]);
  ask();
}

function take(message: ToSearch): void {
  if (message.type === 'begin') {
    pattern = compile(message.pattern);
    sources = message.sources && new Set(message.sources);
    ({ port } = message);
    port.addEventListener('message', ({ data }: MessageEvent<Given>) => look(data));
    port.start();
  } else if (message.type === 'rows') {
    ({ count } = message);
    ask();
  } else {
    const marks = message.texts.map((text) => marksIn(text, pattern));
    send({ type: 'marked', id: message.id, marks });
  }
}

addEventListener('message', ({ data }: MessageEvent<ToSearch>) => take(data));
