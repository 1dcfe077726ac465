/** A tick with very many open runs, in the model of Azure Tables. */
import { bigTick, type Order } from '../../support/big-tick.ts';
import type { Row } from '../row.ts';

const LIVE = 10_000;
const WAITING = 90_000;
const ORDERS: readonly Order[] = ['mixed', 'live first', 'live last'];

const tick: Row = {
  id: 'tick',
  title: `tick: ${LIVE + WAITING} open runs, of which ${WAITING} wait`,
  where: 'local',
  units: { slowest: 's', cpu: 's' },
  targets: { slowest: ['≤', 15] },
  method: `In virtual time, on a store in memory that takes the times of Azure Tables (read 3–9 ms, commit 5–11 ms, list 4 ms and 0.055 ms a row), with a cluster that takes 2 s to list all runs and 20 ms to open a log. Each of ${LIVE} live runs has a line that nobody has read; the ${WAITING} others wait in 18 lanes. One tick each with the live ones mixed among the others, before them, and behind them: \`slowest\` is how long the slowest tick took until every live run had its line stored; \`cpu\` is the real time of this process that it cost, the model's own work included.`,
  async measure() {
    const seconds: number[] = [];
    const cpu: number[] = [];
    for (const order of ORDERS) {
      const { live, model, tick: run } = await bigTick({ live: LIVE, waiting: WAITING, order });
      const before = process.cpuUsage();
      const { duration_ms, left, failed } = await run();
      const { user, system } = process.cpuUsage(before);
      if (left > 0 || failed > 0) throw new Error(`${left} runs left, ${failed} failed`);
      for (const id of live) {
        const row = await model.store.read('runs', id, 'run');
        const { log_lines } = JSON.parse(String(row?.values['body'])) as { log_lines: number };
        if (log_lines !== 1) throw new Error(`${id} was not looked at`);
      }
      seconds.push(duration_ms / 1_000);
      cpu.push((user + system) / 1_000_000);
    }
    return {
      samples: { tick_s: seconds, cpu_s: cpu },
      figures: { slowest: Math.max(...seconds), cpu: Math.max(...cpu) },
    };
  },
};

export const tickRows: readonly Row[] = [tick];
