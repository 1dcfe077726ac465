/** The terminal of this process. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import openBrowser from 'open';
import pico from 'picocolors';
import { createLiveLine } from './live-line.ts';
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

/** Whether a browser of this person can be opened from here: on Linux that needs a screen, or Windows around it. */
const hasScreen = (env: NodeJS.ProcessEnv): boolean =>
  process.platform === 'darwin' ||
  process.platform === 'win32' ||
  ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some((name) => Boolean(env[name]));

async function browse(url: string): Promise<boolean> {
  if (!hasScreen(process.env)) return false;
  return openBrowser(url).then(
    () => true,
    () => false,
  );
}

export function nodeTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const tty = stdout.isTTY;
  const canMove = tty && env['TERM'] !== 'dumb';
  const line = createLiveLine(stdout);
  return {
    out: (chunk) => line.above(chunk, (text) => void stdout.write(text)),
    outBytes: (bytes) => new Promise((resolve) => stdout.write(bytes, () => resolve())),
    err(chunk) {
      if (canMove && stderr.isTTY) line.above(chunk, (text) => void stderr.write(text));
      else stderr.write(chunk);
    },
    status(shown) {
      if (canMove) line.show(shown);
    },
    tty,
    canMove,
    canAsk: tty && stdin.isTTY,
    colours: tty && pico.isColorSupported,
    get columns() {
      return stdout.columns || COLUMNS;
    },
    env,
    browse,
    readAll: () => text(stdin),
    ask: (question, hidden = false) => ask(question, hidden),
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}
