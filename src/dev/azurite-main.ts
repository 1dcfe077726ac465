/**
 * Azurite in a process of its own that ends, and saves, when its parent's pipe closes. Azurite itself
 * watches signals only. Arguments are Azurite's own; its `--location` is for one process at a time. Prints one line of JSON when it is ready:
 * `{"blob": URL, "queue": URL, "table": URL}`.
 */
import { createRequire } from 'node:module';
import { lockFolder } from '../emulators/folder-lock.ts';

/** After the order to end, the process ends within this time in any case. */
const END_MS = 15_000;

const urls: Record<string, string> = {};

// Azurite reports where it listens (ports may be 0) only on the console, in these sentences.
const LISTENING = /^Azurite (Blob|Queue|Table) service is successfully listening at (\S+)$/;
console.log = (...parts: unknown[]) => {
  const [, service, url] = LISTENING.exec(parts.join(' ')) ?? [];
  if (service === undefined || url === undefined) return;
  urls[service.toLowerCase()] = url;
  // It installs its handlers for the end right after the third of them.
  if (Object.keys(urls).length === 3) setImmediate(announce);
};

function announce(): void {
  // A request that never ends, or a directory that has gone, would keep the servers open for ever.
  process.once('SIGTERM', () => setTimeout(() => process.exit(1), END_MS).unref());
  process.stdout.write(`${JSON.stringify(urls)}\n`);
}

function end(): void {
  // With Azurite's handler in place this closes the three servers and saves; before, nothing was written.
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
}

process.stdin.once('end', end).once('error', end).resume();
// The parent may be gone before it read the ready line.
process.stdout.on('error', () => {});

// An Azurite whose parent was killed may still be saving there.
const at = process.argv.indexOf('--location');
if (at !== -1) await lockFolder(process.argv[at + 1] as string, { wait: true });

createRequire(import.meta.url)('azurite/dist/src/azurite.js');
