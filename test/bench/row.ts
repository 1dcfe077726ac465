/** What a benchmark is: one row of the table of figures, measured from outside the product. */

/** What was measured: every sample in the order taken, in the row's unit, and what it comes to. */
export type Measured = {
  /** Raw samples by name, such as `latency_ms`; written to the result file as they are. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  /** The figures that the table shows, by name, such as `p50: 22.1`. */
  readonly figures: Readonly<Record<string, number>>;
  /** What deviates from default settings, or what a reader has to know. */
  readonly note?: string;
};

export type Row = {
  /** Kebab-case, names the row on the command line and in the result file. */
  readonly id: string;
  readonly title: string;
  /** `local`: with nothing but this machine. `cluster`: needs the cluster of KUBECONFIG. */
  readonly where: 'local' | 'cluster';
  /** Units by figure: `ms`, `s`, `1/s`, `MiB`, `lines`, `calls`. */
  readonly units: Readonly<Record<string, string>>;
  /** By figure: the bound to reach, as a sentence is made of it (`≤ 25`, `≥ 50`, `= 0`). A figure without one is shown only. */
  readonly targets: Readonly<Record<string, readonly ['≤' | '≥' | '=', number]>>;
  /** How it is measured, in one or two sentences; printed with `--method`, and in `test/bench/METHOD.md`. */
  readonly method: string;
  /** Rejects when it could not be measured; what it started is gone when it settles. */
  measure(): Promise<Measured>;
};
