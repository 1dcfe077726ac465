/** What has to be read before anything can be answered. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { HOST, ROOT } from '../../../src/build/build.ts';
import { startAzurite } from '../../../src/dev/azurite.ts';
import { supervise } from '../../../src/emulators/functions-host/process/supervisor.ts';
import type { Row } from '../row.ts';
import { until } from '../support/stack.ts';
import { percentile } from '../support/statistics.ts';

const LOADS = 20;
const STARTS = 7;
const DIST = join(ROOT, 'dist');
const run = promisify(execFile);

/** Milliseconds from before the import to after it, in a process that has done nothing else. */
async function loadEntry(): Promise<number> {
  const entry = pathToFileURL(join(DIST, 'functions.js')).href;
  const code = `const t = performance.now(); await import('${entry}'); console.log('loaded', performance.now() - t); process.exit()`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
  const [, ms] = /loaded ([\d.]+)/.exec(stdout) ?? [];
  if (ms === undefined) throw new Error(`the entry did not load: ${stdout}`);
  return Number(ms);
}

/** Bytes of all that a deployment loads, each file by itself through gzip. */
async function codeBytes(): Promise<number> {
  const files = (await readdir(DIST, { recursive: true })).filter(
    (name) => name === 'functions.js' || (name.startsWith('chunks') && name.endsWith('.js')),
  );
  const sizes = await Promise.all(
    files.map(async (name) => gzipSync(await readFile(join(DIST, name))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Milliseconds from the start of the host's process to the first 200 of a list of runs, which reads storage. */
async function coldStarts(): Promise<number[]> {
  const azurite = await startAzurite();
  const stateDir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    const settings = {
      AzureWebJobsStorage: azurite.connectionString,
      // Nobody is there, and nobody is called.
      SLUICE_WEB_PUBSUB: `Endpoint=http://127.0.0.1:9;AccessKey=${'A'.repeat(44)};Version=1.0;`,
      SLUICE_OPEN_MODE: 'true',
    };
    const times: number[] = [];
    for (let round = 0; round < STARTS; round++) {
      const from = performance.now();
      const host = await supervise({ program: HOST, appDir: ROOT, stateDir, settings });
      try {
        await until(
          'the first answer',
          60_000,
          async () => {
            const response = await fetch(`${host.url()}/api/v1/runs`);
            await response.arrayBuffer();
            return response.status === 200;
          },
          5,
        );
        times.push(performance.now() - from);
      } finally {
        await host.close();
      }
    }
    return times;
  } finally {
    await azurite.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

const code: Row = {
  id: 'code',
  title: 'code: entry chunk, size, cold start',
  where: 'local',
  units: { entry_p50: 'ms', gzip: 'MB', cold_start_p50: 'ms' },
  targets: { entry_p50: ['≤', 300], gzip: ['≤', 1.5] },
  method: `\`entry_p50\`: the import of \`dist/functions.js\` in a fresh Node process, ${LOADS} times. \`gzip\`: \`functions.js\` and all its chunks, each compressed by itself. \`cold_start_p50\`: from the start of the local Functions host to the first 200 of a list of runs, which reads storage, ${STARTS} times.`,
  async measure() {
    const entry: number[] = [];
    for (let round = 0; round < LOADS; round++) entry.push(await loadEntry());
    const cold = await coldStarts();
    return {
      samples: { entry_ms: entry, cold_start_ms: cold },
      figures: {
        entry_p50: percentile(entry, 50),
        gzip: (await codeBytes()) / 1_000_000,
        cold_start_p50: percentile(cold, 50),
      },
      note: 'the host is the local one; the one of Azure brings its own start',
    };
  },
};

export const codeRows: readonly Row[] = [code];
