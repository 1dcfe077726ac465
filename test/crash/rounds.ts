/** One thing after the other goes wrong, under load, and the promises hold. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Random, randomOf } from '../support/chaos.ts';
import { checkLanes, checkRun } from './check.ts';
import { Ledger } from './drivers.ts';
import { Faults, OUTAGES, type Outage, type Service } from './faults.ts';
import { Load } from './load.ts';
import { type CrashStack, type Instance, startCrashStack, type Timings } from './stack.ts';

export type RoundsOptions = {
  readonly seed: number;
  readonly rounds: number;
  readonly timings: Timings;
  /** The longest time before the trouble of a round, and of an outage. */
  readonly roundMs: number;
  /** Longer than the watchdog message of a dead follower takes to become visible. */
  readonly takeoverMs: number;
  /** How long it may take after the last trouble until all runs are over and cleaned up. */
  readonly settleMs: number;
  /** Gets a line about every round. */
  readonly say: (line: string) => void;
};

/** Of so many rounds each deck has its share of everything; then all is checked. */
const BATCH = 50;
const DECK: Readonly<Record<string, number>> = {
  kill: 6,
  end: 4,
  both: 2,
  worker: 3,
  takeover: 2,
  outage: 4,
  cut: 2,
  freeze: 2,
};
/** With SQLite, whose process goes down with an instance, too. */
const STORAGE_DECK = { storage: 5, 'storage and instance': 2 };
const START_AGAIN_MS = 30_000;
const LOOK_MS = 50;
const LOG_LINES = 20_000;
/** Gets everything that the stack prints. */
const LOG_FILE = process.env['CRASH_LOG'];

class Trial {
  readonly #options: RoundsOptions;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #ledger = new Ledger();
  readonly #log: string[] = [];
  readonly #unasked: string[] = [];
  #stack: CrashStack | undefined;
  #load: Load | undefined;
  #deck: string[] = [];

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed);
    this.#faults = new Faults(randomOf(options.seed + 1));
  }

  async run(): Promise<void> {
    const { rounds, timings } = this.#options;
    try {
      this.#stack = await startCrashStack(this.#faults, timings, (line) => this.#note(line));
      this.#load = new Load(this.#stack.instances, this.#ledger, randomOf(this.#options.seed + 2));
      await this.#load.prepare();
      for (let round = 0; round < rounds; ) {
        this.#load.start();
        await this.#load.warm();
        this.#faults.rage();
        for (const end = Math.min(rounds, round + BATCH); round < end; round++)
          await this.#round(round, this.#load);
        await this.#settle(this.#load, this.#stack);
      }
      const met = [...this.#faults.counts].map(([name, count]) => `${name}: ${count}`).sort();
      this.#options.say(`faults met: ${met.join(', ')}`);
    } finally {
      await this.#stack?.close();
      await this.#faults.close();
      this.#ledger.close();
    }
  }

  #note(line: string): void {
    this.#log.push(line);
    if (LOG_FILE) appendFileSync(LOG_FILE, `${new Date().toISOString()} ${line}\n`);
    if (this.#log.length > LOG_LINES) this.#log.splice(0, LOG_LINES / 2);
    // We end instances by KILL, or tell them to end; any other end is a crash of their own.
    if (/Supervisor: The host ended \(exit code (?!0\))|Uncaught exception/.test(line))
      this.#unasked.push(line);
  }

  /** Throws with everything that is wrong, and what was logged about the runs concerned. */
  #demand(problems: readonly string[]): void {
    if (problems.length === 0) return;
    const ids = problems.flatMap((text) => text.match(/\br[0-9a-hjkmnp-tv-z]{15}\b/g) ?? []);
    const about = [...new Set(ids)]
      .slice(0, 3)
      .flatMap((id) => ['', ...this.#log.filter((line) => line.includes(id)).slice(-40)]);
    throw new Error([`seed ${this.#options.seed}`, ...problems.slice(0, 20), ...about].join('\n'));
  }

  async #round(round: number, load: Load): Promise<void> {
    if (this.#deck.length === 0)
      this.#deck = Object.entries({ ...DECK, ...this.#storageDeck() }).flatMap(([name, count]) =>
        Array<string>(count).fill(name),
      );
    // What is frozen is noticed after a minute: nothing freezes shortly before the end.
    const early = round % BATCH < Math.min(BATCH, this.#options.rounds) / 4;
    const choices = this.#deck.filter((name) => early || name !== 'freeze');
    const name = pick(this.#random, choices.length > 0 ? choices : ['kill']);
    const at = this.#deck.indexOf(name);
    if (at >= 0) this.#deck.splice(at, 1);
    else this.#deck = [];
    await sleep(this.#random() * this.#options.roundMs);
    const what = await this.#trouble(name);
    this.#options.say(
      `round ${round + 1}: ${what}; ${load.runs.size} runs so far, ${load.open} of them live`,
    );
    this.#demand([...this.#ledger.violations(), ...load.problems, ...this.#unasked]);
  }

  async #trouble(name: string): Promise<string> {
    const instances = this.#stack?.instances ?? [];
    const service = pick(this.#random, this.#services());
    const proxy = this.#faults.proxies.get(service);
    if (name === 'kill') return this.#kill([pick(this.#random, instances)]);
    if (name === 'both') return this.#kill(instances);
    if (name === 'worker') return this.#killWorker();
    if (name === 'storage') return this.#killStorage();
    if (name === 'storage and instance')
      return `${await this.#kill([pick(this.#random, instances)])}, ${this.#killStorage()}`;
    if (name === 'end') return this.#end(pick(this.#random, instances));
    if (name === 'cut') {
      proxy?.cut();
      return `all connections of ${service} cut`;
    }
    if (name === 'freeze') {
      proxy?.freeze();
      return `all exchanges of ${service} frozen`;
    }
    if (name === 'takeover') return this.#takeover();
    const outage = pick(this.#random, OUTAGES);
    return this.#outage(service, outage, 500 + this.#random() * this.#options.roundMs);
  }

  #storageDeck(): Readonly<Record<string, number>> {
    return this.#options.timings.store === 'sqlite' ? STORAGE_DECK : {};
  }

  /** Those that have a proxy. */
  #services(): readonly Service[] {
    return [...this.#faults.proxies.keys()];
  }

  #killStorage(): string {
    const pid = this.#stack?.storagePid();
    if (pid === undefined) return 'storage is away';
    process.kill(pid, 'SIGKILL');
    return 'storage killed';
  }

  async #outage(service: Service, outage: Outage, ms: number): Promise<string> {
    this.#faults.fail(service, outage);
    await sleep(ms);
    this.#faults.mend(service);
    return `${service} away for ${Math.round(ms)} ms (${outage})`;
  }

  /** An instance dies, and who comes after it finds a service away. */
  async #takeover(): Promise<string> {
    const killed = await this.#kill([pick(this.#random, this.#stack?.instances ?? [])]);
    const service = pick(this.#random, [
      'kubernetes',
      pick(this.#random, this.#services()),
    ] as const);
    return `${killed}, ${await this.#outage(service, 'busy', this.#options.takeoverMs)}`;
  }

  /** The host stays: what ran is failed, and messages come back at once. */
  #killWorker(): string {
    const pids = (this.#stack?.instances ?? []).flatMap(({ worker }) => worker?.() ?? []);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return `${pids.length} workers killed`;
  }

  /** An instance is told to end, as platforms do; half of them are killed before they are through with it. */
  async #end(instance: Instance): Promise<string> {
    const [pid] = await this.#pidsOf([instance]);
    if (pid === undefined) return `instance ${instance.name} is away`;
    process.kill(pid, instance.endSignal);
    if (this.#random() < 0.5) return `instance ${instance.name} told to end`;
    await sleep(this.#random() * this.#options.roundMs);
    if (instance.pid() === pid) process.kill(pid, 'SIGKILL');
    return `instance ${instance.name} told to end, and killed over it`;
  }

  /**
   * All at once, when all are there; also one that has just been killed, once it is back. Ids are asked for
   * right before: one that was kept for a while may be that of a process that is gone.
   */
  async #kill(instances: readonly Instance[]): Promise<string> {
    for (const pid of await this.#pidsOf(instances)) process.kill(pid, 'SIGKILL');
    return `instance ${instances.map((instance) => instance.name).join(' and ')} killed`;
  }

  async #pidsOf(instances: readonly Instance[]): Promise<number[]> {
    const until = Date.now() + START_AGAIN_MS;
    const missing = () => instances.filter((instance) => instance.pid() === undefined);
    while (missing().length > 0) {
      if (Date.now() > until) {
        const names = missing().map(({ name }) => name);
        this.#demand([`instance ${names.join(' and ')} is not back`, ...this.#log.slice(-30)]);
      }
      await sleep(LOOK_MS);
    }
    return instances.flatMap((instance) => instance.pid() ?? []);
  }

  /** No more trouble: everything comes to its end and is cleaned up; then every run is looked at. */
  async #settle(load: Load, stack: CrashStack): Promise<void> {
    this.#faults.calm();
    const started = Date.now();
    const until = started + this.#options.settleMs;
    await load.stop();
    this.#demand([...this.#ledger.violations(), ...load.problems, ...this.#unasked]);
    for (;;) {
      const left = await stack.left();
      if (left.length === 0) break;
      if (Date.now() > until)
        this.#demand(left.map((text) => `still there, though all is over: ${text}`));
      await sleep(LOOK_MS * 4);
    }
    const settled = Date.now() - started;
    const problems = await checkLanes(load);
    for (const run of load.runs.values())
      problems.push(...(await checkRun(run, load, this.#ledger)));
    this.#demand([...problems, ...this.#ledger.violations()]);
    const watched = [...load.runs.values()].reduce((sum, { seen }) => sum + seen.length, 0);
    this.#options.say(
      `${load.runs.size} runs and ${watched} watchers checked; idle ${(settled / 1_000).toFixed(1)} s after the last trouble`,
    );
    load.runs.clear();
  }
}

/** Rejects with what is wrong, the seed, and what the hosts logged about it. */
export const runRounds = (options: RoundsOptions): Promise<void> => new Trial(options).run();
