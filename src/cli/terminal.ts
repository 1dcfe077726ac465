/** Where the command line reads and writes: the process's own streams, or a test's. */

export type Terminal = {
  /** Writes to standard output: results, and nothing else. */
  out(text: string): void;
  /** The same of bytes as they are; resolves when there is room for more. */
  outBytes(bytes: Uint8Array): Promise<void>;
  /** Writes to standard error: what is said about the work. */
  err(text: string): void;
  /** One line below all output, replaced by the next; null removes it. Nothing without a person to see it. */
  status(line: string | null): void;
  /** Whether a person sees standard output; otherwise it is plain and has one record a line. */
  readonly tty: boolean;
  /** Whether `status` shows anything: a person sees it, and the terminal can go back on a line. */
  readonly canMove: boolean;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  readonly colours: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens the address in the person's browser; false where there is none. */
  browse(url: string): Promise<boolean>;
  /** Everything on standard input. */
  readAll(): Promise<string>;
  /** Asks for one line; with `hidden` it is not shown. Rejects at the end of input. */
  ask(question: string, hidden?: boolean): Promise<string>;
  /** Calls back at each Ctrl-C until the returned function is called; meanwhile it does not end the process. */
  onInterrupt(listener: () => void): () => void;
};
