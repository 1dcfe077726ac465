/** What the Cluster port promises of logs, for every implementation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Bench,
  type ClusterFixture,
  decoder,
  main,
  newId,
  parseLog,
  rejection,
  TIME,
  text,
} from '../support/cluster-fixture.ts';

export function clusterLogSuite(name: string, make: () => Promise<ClusterFixture>): void {
  describe(`${name}: logs`, { concurrent: true, timeout: 90_000 }, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await make());
    }, 60_000);
    afterAll(() => bench.close(), 60_000);

    test('the log of a pod that does not exist is not found', async () => {
      const error = await rejection(text(bench.cluster.readLog(`${newId()}-x`, 'driver', {})));
      expect(error).toMatchObject({ code: 'not_found', status: 404 });
    });

    test('a log has every line with its time, and is cut by whole seconds, inclusive', async () => {
      const job = await bench.start(
        bench.script(
          'i=0; while [ $i -lt 6 ]; do echo line $i; i=$((i+1)); sleep 0.4; done; echo; printf end',
        ),
      );
      const { pod } = await bench.terminated(job.run_id);
      const lines = parseLog(await text(bench.cluster.readLog(pod.name, 'driver', {})));
      expect(lines.map(({ message }) => message)).toEqual([
        ...[0, 1, 2, 3, 4, 5].map((i) => `line ${i}`),
        '',
        'end',
      ]);
      for (const { time } of lines) {
        expect(time).toMatch(TIME);
      }
      const since = lines[4]?.time ?? '';
      const second = since.slice(0, 19);
      const rest = parseLog(
        await text(bench.cluster.readLog(pod.name, 'driver', { sinceTime: since })),
      );
      expect(rest).toEqual(lines.filter(({ time }) => time.slice(0, 19) >= second));
    });

    test('the last lines can be asked for, whatever their time, and by time only what is there', async () => {
      const job = await bench.start(
        bench.script('i=0; while [ $i -lt 9 ]; do echo line $i; i=$((i+1)); done'),
      );
      const { pod } = await bench.terminated(job.run_id);
      const read = async (options: { tailLines?: number; sinceTime?: string }) =>
        parseLog(await text(bench.cluster.readLog(pod.name, 'driver', options))).map(
          ({ message }) => message,
        );
      expect(await read({ tailLines: 2 })).toEqual(['line 7', 'line 8']);
      expect(await read({ tailLines: 100 })).toHaveLength(9);
      expect(await read({ sinceTime: '2099-01-01T00:00:00Z' })).toEqual([]);
    });

    test('bytes of a log come as they were written', async () => {
      const job = await bench.start(bench.script("printf 'a\\377b\\033[1mc\\tü\\n'"));
      const { pod } = await bench.terminated(job.run_id);
      const chunks: Uint8Array[] = [];
      for await (const chunk of bench.cluster.readLog(pod.name, 'driver', {})) {
        chunks.push(chunk);
      }
      const bytes = Buffer.concat(chunks);
      expect(bytes.subarray(bytes.indexOf(' ') + 1)).toEqual(
        Buffer.concat([Buffer.from('a'), Buffer.from([0xff]), Buffer.from('b\u001b[1mc\tü\n')]),
      );
    });

    test('a follow brings lines while the process runs, and ends when it ends', async () => {
      const waits = 'trap "echo two; exit 0" TERM; echo one; while :; do sleep .1; done';
      const job = await bench.start(bench.script(waits));
      const pod = await bench.running(job.run_id);
      const arrived: string[] = [];
      for await (const chunk of bench.cluster.readLog(pod.name, 'driver', { follow: true })) {
        arrived.push(...parseLog(decoder.decode(chunk)).map(({ message }) => message));
        // It ends only because its first line has come.
        if (arrived.length === 1) await bench.cluster.deletePod(pod);
      }
      expect(arrived).toEqual(['one', 'two']);
    });

    test('aborting a follow, or leaving it, ends it and harms nothing', async () => {
      const job = await bench.start(bench.script('echo one; exec sleep 60'));
      const pod = await bench.running(job.run_id);
      const stop = new AbortController();
      const follow = bench.cluster.readLog(pod.name, 'driver', {
        follow: true,
        signal: stop.signal,
      });
      for await (const chunk of follow) {
        expect(decoder.decode(chunk)).toContain('one');
        stop.abort();
      }
      for await (const _ of bench.cluster.readLog(pod.name, 'driver', { follow: true })) {
        break;
      }
      const silent = new AbortController();
      const later = new Date(Date.now() + 3_600_000).toISOString();
      const waiting = text(
        bench.cluster.readLog(pod.name, 'driver', {
          follow: true,
          sinceTime: later,
          signal: silent.signal,
        }),
      );
      silent.abort();
      expect(await waiting.catch(() => '')).toBe('');
      expect(main(await bench.pod(job.run_id))?.state).toBe('running');
    });
  });
}
