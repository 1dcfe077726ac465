import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { shorten } from '../core/shorten.ts';

export type Azurite = {
  /** Connection string with Azurite's published development account. */
  readonly connectionString: string;
  readonly pid: number;
  /** Resolves with a sentence when the process has ended, by `close` or otherwise. */
  readonly ended: Promise<string>;
  /** Saves and ends; resolves when the process is gone. May be called more than once. */
  close(): Promise<void>;
};

export type AzuriteOptions = {
  /** Where state is kept; made when missing. Without it everything is in memory. */
  readonly dir?: string;
};

/** Loading Azurite takes one or two seconds on an idle machine. */
const READY_MS = 60_000;
/** Saving is one synchronous write per database; after this the process is killed. */
const CLOSE_MS = 20_000;
/** What it said last on its error output, for whoever hears that it has ended. */
const ERRORS_MAX = 4_000;

/** Published with the emulator, the same everywhere: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const ACCOUNT = 'devstoreaccount1';
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const ENTRY = fileURLToPath(new URL('./azurite-main.ts', import.meta.url));

/**
 * Starts Azurite on three free loopback ports. It ends by itself when this process does. State in
 * `dir` is written every few seconds and at the end: killing Azurite itself loses what came since.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const { dir } = options;
  if (dir !== undefined) await mkdir(dir, { recursive: true });
  const child = spawn(process.execPath, [ENTRY, ...argumentsFor(dir)], {
    cwd: dir ?? tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C goes to the whole foreground group, and state must outlive its users.
    detached: true,
  });
  // A pipe to a process that has died is no reason to die.
  child.stdin.on('error', () => {});
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = shorten(errors + text, ERRORS_MAX, 'end');
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}: ${errors.trim()}`));
  });
  const close = async () => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
    await ended;
    clearTimeout(timer);
  };

  try {
    const urls = await firstLine(child.stdout, ended);
    return { connectionString: connectionStringOf(urls), pid: child.pid as number, ended, close };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function argumentsFor(dir: string | undefined): string[] {
  const services = ['blob', 'queue', 'table'].flatMap((service) => [
    `--${service}Host`,
    '127.0.0.1',
    `--${service}Port`,
    '0',
  ]);
  const place = dir === undefined ? ['--inMemoryPersistence'] : ['--location', dir];
  // The SDKs may speak a newer version of the protocol than this Azurite knows by name.
  return [...services, ...place, '--silent', '--skipApiVersionCheck', '--disableTelemetry'];
}

type Urls = { readonly blob: string; readonly queue: string; readonly table: string };

async function firstLine(stdout: NodeJS.ReadableStream, ended: Promise<string>): Promise<Urls> {
  const lines = createInterface({ input: stdout });
  const line = new Promise<string>((resolve) => lines.once('line', resolve));
  const deadline = new AbortController();
  const timeout = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Azurite was not ready within ${READY_MS} ms`)),
      READY_MS,
    );
    deadline.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const death = ended.then((how): never => {
    throw new Error(`Azurite ${how}`);
  });
  try {
    return JSON.parse(await Promise.race([line, death, timeout])) as Urls;
  } finally {
    deadline.abort();
    // After the race nobody listens for the end here; it is no failure of the start any more.
    death.catch(() => {});
  }
}

const connectionStringOf = ({ blob, queue, table }: Urls) =>
  [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${KEY}`,
    `BlobEndpoint=${blob}/${ACCOUNT}`,
    `QueueEndpoint=${queue}/${ACCOUNT}`,
    `TableEndpoint=${table}/${ACCOUNT}`,
    '',
  ].join(';');
