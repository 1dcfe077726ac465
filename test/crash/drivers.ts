/**
 * What the runs run: small shell scripts that hold locks of the kernel for as long as any of their
 * processes lives, and write down what they see. So it is the processes themselves who tell when two
 * of them are alive where one may be.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pick, type Random } from '../support/chaos.ts';

export const LANES = { one: 1, two: 2, six: 6 } as const;
export type LaneName = keyof typeof LANES;

export type Plan = {
  /** Lines at once, and the seconds after them. */
  readonly steps: readonly (readonly [lines: number, seconds: number])[];
  readonly exitCode: number;
  /** How long it goes on after TERM. */
  readonly lastSeconds: number;
};

const SCRIPT = `
violated() { echo "$1" >>"$LEDGER/violations"; }
exec 8>>"$LEDGER/run.$SLUICE_RUN_ID"
flock -n 8 || violated "two drivers are alive for $SLUICE_RUN_ID"
slot=1
place=
while [ "$slot" -le "$CAPACITY" ] && [ -z "$place" ]; do
  exec 9>>"$LEDGER/lane.$LANE.$slot"
  flock -n 9 && place=$slot
  slot=$((slot + 1))
done
[ -n "$place" ] || violated "lane $LANE: more than $CAPACITY alive, when $SLUICE_RUN_ID started"
[ ! -s "$LEDGER/run.$SLUICE_RUN_ID" ] || violated "$SLUICE_RUN_ID was started twice"
echo start >&8
trap 'sleep "$LAST"; exit 143' TERM
count=0
for step in $PLAN; do
  lines=\${step%:*}
  [ "$lines" -eq 0 ] || seq -f "$SLUICE_RUN_ID line %.0f" "$((count + 1))" "$((count + lines))"
  count=$((count + lines))
  echo "$count" >&8
  sleep "\${step#*:}" &
  wait $!
done
echo end >&8
exit "$CODE"
`;

export const lineOf = (runId: string, number: number): string => `${runId} line ${number}`;

/** Bursts are rare, and so are drivers that live through several rounds. */
export function randomPlan(random: Random): Plan {
  const seconds = pick(random, [0, 0.05, 0.1, 0.3]);
  const steps: [number, number][] = Array.from(
    { length: 1 + Math.floor(random() * 12) },
    () => [pick(random, [0, 1, 1, 2, 5, 5, 40]), seconds] as const,
  ).map(([lines, pause]) => [lines, pause]);
  if (random() < 0.1) steps.push([3_000, 0]);
  if (random() < 0.2) steps.push([3, 4], [3, 4], [3, 0]);
  return {
    steps,
    exitCode: pick(random, [0, 0, 0, 0, 3]),
    lastSeconds: pick(random, [0, 0.5, 1.5, 1.5]),
  };
}

export const lineCount = ({ steps }: Plan): number =>
  steps.reduce((sum, [lines]) => sum + lines, 0);

/** What was written down about one run. */
export type Entry = {
  readonly started: boolean;
  /** It came to its end by itself. */
  readonly ended: boolean;
  /** Lines that it had printed for sure. */
  readonly printed: number;
};

/** The folder in which the drivers write. */
export class Ledger {
  readonly dir = mkdtempSync(join(tmpdir(), 'sluice-ledger-'));

  #read(name: string): string[] {
    try {
      return readFileSync(join(this.dir, name), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }

  /** What the drivers saw and may not be. */
  violations(): readonly string[] {
    return this.#read('violations');
  }

  entry(runId: string): Entry {
    const lines = this.#read(`run.${runId}`);
    return {
      started: lines.includes('start'),
      ended: lines.at(-1) === 'end',
      printed: Math.max(0, ...lines.filter((line) => /^\d+$/.test(line)).map(Number)),
    };
  }

  /** Whether any process of the run's driver is alive, by the lock that they hold. */
  isAlive(runId: string): boolean {
    if (!this.entry(runId).started) return false;
    const file = join(this.dir, `run.${runId}`);
    const { status, error } = spawnSync('flock', ['-n', file, 'true'], { stdio: 'ignore' });
    if (error) throw error;
    return status !== 0;
  }

  container(lane: LaneName, plan: Plan) {
    return {
      image: 'busybox:1.37',
      command: ['sh', '-c'],
      args: [SCRIPT],
      env: {
        LEDGER: this.dir,
        LANE: lane,
        CAPACITY: String(LANES[lane]),
        PLAN: plan.steps.map(([lines, seconds]) => `${lines}:${seconds}`).join(' '),
        CODE: String(plan.exitCode),
        LAST: String(plan.lastSeconds),
      },
    };
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
