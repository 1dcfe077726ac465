import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Child, type ChildOptions, startChild } from './child.ts';

export type Azurite = Pick<Child, 'pid' | 'ended' | 'close'> & {
  /** Connection string with Azurite's published development account. */
  readonly connectionString: string;
};

export type AzuriteOptions = Pick<ChildOptions, 'closeMs' | 'signal'> & {
  /** Where state is kept; made when missing. Without it everything is in memory. */
  readonly dir?: string;
};

/** Loading Azurite takes one or two seconds on an idle machine. */
const READY_MS = 60_000;
/** Saving is one synchronous write per database; after this the process is killed. */
const CLOSE_MS = 20_000;

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
  const { dir, closeMs = CLOSE_MS, signal } = options;
  if (dir !== undefined) await mkdir(dir, { recursive: true });
  const { ready, ...process } = await startChild({
    name: 'Azurite',
    entry: ENTRY,
    args: argumentsFor(dir),
    cwd: dir ?? tmpdir(),
    readyMs: READY_MS,
    closeMs,
    signal,
  });
  return { ...process, connectionString: connectionStringOf(ready as Urls) };
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
