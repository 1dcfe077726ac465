/** The terminal of this process. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createLogUpdate } from 'log-update';
import pico from 'picocolors';
import type { Terminal } from './terminal.ts';

const COLUMNS = 80;

async function ask(question: string, hidden: boolean): Promise<string> {
  // What is typed is echoed by readline itself, into a stream that shows the question alone.
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = hidden ? muted : process.stderr;
  if (hidden) process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const stop = new AbortController();
    lines.once('close', () => stop.abort());
    lines.once('SIGINT', () => stop.abort());
    return await lines.question(hidden ? '' : question, { signal: stop.signal });
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}

export function nodeTerminal(): Terminal {
  const tty = process.stdout.isTTY;
  const live = createLogUpdate(process.stdout, { showCursor: true });
  let shown: string | null = null;
  const status = (line: string | null): void => {
    if (!tty || line === shown) return;
    shown = line;
    if (line === null) live.clear();
    else live(line);
  };
  return {
    out(chunk) {
      if (shown === null) {
        process.stdout.write(chunk);
        return;
      }
      // The line below moves down: it goes, and comes again after the output.
      live.clear();
      process.stdout.write(chunk);
      live(shown);
    },
    err: (chunk) => void process.stderr.write(chunk),
    status,
    tty,
    canAsk: tty && process.stdin.isTTY,
    colours: tty && pico.isColorSupported,
    columns: process.stdout.columns || COLUMNS,
    env: process.env,
    readAll: () => text(process.stdin),
    ask: (question, hidden = false) => ask(question, hidden),
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}
