/** The block that Nextflow prints of an error: a line that says what, then sections, then where to read on. Pure. */
import type { ErrorReport } from './report.ts';

/** Most lines that are kept of a section: Nextflow prints fifty of a task's output, and scripts are mostly shorter. */
export const SECTION_LINES_MAX = 200;
/** Most params that are named. */
const PARAMS_MAX = 200;

const NO_HEADER = '(header line missing)';
const OPENER = /^(?:ERROR ~ (.*)|(Error executing process > '.*'))$/;
const PROCESS = /^Error executing process > '(.+)'$/;
const CHECK = /^ ?-- Check (?:script '(.+)' at line: (\d{1,9})\b|')/;
/** Of the parser of Nextflow 25 and later, before the error itself; what follows draws the place. */
const COMPILE = /^Error (\S.*?):(\d{1,9}):(\d{1,9}): (.*)$/;
const DRAWN = /^[│╰]/;
/** Of the older parser. */
const FILE = /^- file : (.*)$/;
const WHY = /^- cause: (.*?)(?: @ line (\d{1,9}), column (\d{1,9})\.?)?$/;
const HANDLER = /^Failed to invoke `workflow\.on(?:Complete|Error)` event handler/;
const INVALID = 'The following invalid input values have been detected:';
/** A folder of a task; anything else in its place is no path that anyone could open. */
const TASK_FOLDER = /\/[0-9a-f]{2}\/[0-9a-f]{6,40}$/;

type Section =
  | 'cause'
  | 'command'
  | 'exit'
  | 'output'
  | 'stderr'
  | 'log'
  | 'work_dir'
  | 'image'
  | 'other';
const HEADER =
  /^(Caused by|Command executed|Command exit status|Command output|Command error|Command log|Command wrapper|Work dir|Container|Source block|When block)(?: \[.*\])?:$/;
const SECTIONS: Readonly<Record<string, Section>> = {
  'Caused by': 'cause',
  'Command executed': 'command',
  'Source block': 'command',
  'Command exit status': 'exit',
  'Command output': 'output',
  'Command error': 'stderr',
  'Command log': 'log',
  'Command wrapper': 'log',
  'Work dir': 'work_dir',
  Container: 'image',
};

type Place = { readonly script: string; readonly line: number; readonly column?: number };

class Block {
  readonly summary: string;
  readonly sections = new Map<Section, string[]>();
  section: Section | null = null;
  /** Nextflow wrote it, not a task: it has a cause or says where to read on. */
  confirmed = false;
  /** Lines follow that may belong to it, or to something else. */
  strayed = false;
  atHeader = true;
  tip: string | null = null;
  place: Place | null = null;
  readonly params = new Set<string>();
  constructor(summary: string) {
    this.summary = summary;
  }

  /** Errors of tasks have sections, and no message of several lines. */
  get hasSections(): boolean {
    return this.section !== null || PROCESS.test(this.summary);
  }

  push(section: Section, line: string): void {
    const lines = this.sections.get(section) ?? [];
    if (lines.length < SECTION_LINES_MAX) lines.push(line);
    this.sections.set(section, lines);
  }

  text(section: Section): string | null {
    const lines = (this.sections.get(section) ?? []).map((line) => line.replace(/^ {2}/, ''));
    const first = lines.findIndex((line) => line !== '');
    const last = lines.findLastIndex((line) => line !== '');
    const text = first < 0 ? '' : lines.slice(first, last + 1).join('\n');
    return text === '' || text === '(empty)' ? null : text;
  }

  report(isEnd: boolean): ErrorReport {
    const [cause = null, ...detail] = this.text('cause')?.split('\n') ?? [];
    const exit = this.text('exit') ?? '';
    const folder = this.text('work_dir')?.split('\n')[0] ?? '';
    const isCut = isEnd && !this.strayed;
    return {
      summary: this.summary,
      fatal: (this.confirmed || isCut) && !HANDLER.test(this.summary),
      process: PROCESS.exec(this.summary)?.[1] ?? null,
      exit_status: /^\d{1,9}$/.test(exit) ? Number(exit) : null,
      cause: cause?.trim() ?? null,
      detail: detail.join('\n').trim() || null,
      command: this.text('command'),
      output: this.text('output'),
      stderr: this.text('stderr'),
      log: this.text('log'),
      work_dir: TASK_FOLDER.test(folder) ? folder : null,
      container: this.text('image')?.split('\n')[0] ?? null,
      tip: this.tip,
      ...this.place,
      ...(this.params.size > 0 && { invalid_params: [...this.params] }),
    };
  }
}

export class ErrorBlocks {
  /** What is told: the first fatal error, else the first one. */
  #best: Block | null = null;
  #now: Block | null = null;
  #open = false;
  #listing = false;
  #compile: (Place & { readonly message: string }) | null = null;

  /** What the text tells so far. */
  get report(): ErrorReport | null {
    if (!this.#best) return null;
    return this.#best.report(this.#open && this.#best === this.#now);
  }

  /** Takes a line of an error; false for any other. */
  take(line: string): boolean {
    const [opened, said, executing] = OPENER.exec(line) ?? [];
    if (opened !== undefined) {
      this.begin(said ?? executing ?? '');
      return true;
    }
    if (this.#beside(line)) return true;
    if (line === 'Caused by:' && !this.#open && !this.#best) this.begin(NO_HEADER);
    return this.#open && this.#now !== null && this.#inside(this.#now, line);
  }

  begin(summary: string): void {
    this.#settle();
    this.#now = new Block(summary);
    if (!this.#best) this.#best = this.#now;
    this.#open = true;
    this.#listing = false;
    if (this.#compile && summary.startsWith('Script compilation')) {
      const { message, ...place } = this.#compile;
      this.#now.push('cause', message);
      this.#now.place = place;
    }
  }

  /** A task or a warning follows: it ends a message, and stands between the lines of a block where streams are mixed. */
  interrupt(): void {
    if (!this.#now?.hasSections) this.end();
  }

  /** The table is drawn anew: the block is over. */
  end(): void {
    this.#settle();
    this.#open = false;
    this.#listing = false;
  }

  /** The block is complete and Nextflow's own. */
  close(): void {
    if (this.#open && this.#now) this.#now.confirmed = true;
    this.end();
  }

  /** A later error is told in the place of one that did not end the run. */
  #settle(): void {
    const { report } = this;
    if (this.#now && this.#now !== this.#best && !report?.fatal && this.#now.report(false).fatal)
      this.#best = this.#now;
  }

  /** Lines that stand before an error or after it. */
  #beside(line: string): boolean {
    const compile = COMPILE.exec(line);
    if (compile && !this.#open) {
      const [, script = '', at, column, message = ''] = compile;
      this.#compile ??= { script, line: Number(at), column: Number(column), message };
      return true;
    }
    if (DRAWN.test(line)) return true;
    const check = CHECK.exec(line);
    if (check) {
      if (this.#now) {
        this.#now.confirmed = true;
        const [, script, at] = check;
        if (script !== undefined) this.#now.place ??= { script, line: Number(at) };
        this.#now.section = null;
      }
      this.#settle();
      this.#open = false;
      return true;
    }
    return this.#invalid(line);
  }

  /** The list that nf-schema prints, mostly after the error. */
  #invalid(line: string): boolean {
    if (line === INVALID && this.#now) this.#listing = true;
    else if (!this.#listing || !this.#now) return false;
    else if (line.startsWith('* ')) {
      const text = line.slice(2);
      this.#now.push('cause', text);
      const required = /^Missing required parameter\(s\): (.+)$/.exec(text)?.[1];
      const names = required?.split(', ') ?? [/^--(\S+)/.exec(text)?.[1] ?? ''];
      for (const name of names)
        if (name !== '' && this.#now.params.size < PARAMS_MAX) this.#now.params.add(name);
    } else return line === '' || /^\s/.test(line);
    return true;
  }

  #inside(block: Block, line: string): boolean {
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) {
      block.section = SECTIONS[header] ?? 'other';
      block.confirmed ||= block.section === 'cause';
      return true;
    }
    if (line.startsWith('Tip: ')) {
      block.tip ??= line.slice('Tip: '.length);
      block.section = 'other';
      return true;
    }
    if (line === '' || /^\s/.test(line)) {
      if (block.section) block.push(block.section, line);
      else if (line !== '') block.push('cause', line);
      block.atHeader = false;
      return true;
    }
    // Text of another stream: what is indented after it goes on with the section. Errors of tasks have no other message.
    if (block.hasSections) {
      block.strayed = true;
      return false;
    }
    this.#message(block, line);
    return true;
  }

  /** A message of several lines. */
  #message(block: Block, line: string): void {
    const file = FILE.exec(line)?.[1];
    const [why, text = '', at, column] = WHY.exec(line) ?? [];
    if (file !== undefined) block.place = { script: file, line: 0 };
    else if (why !== undefined) {
      block.sections.delete('cause');
      block.push('cause', text);
      if (at !== undefined)
        block.place = {
          script: block.place?.script ?? '',
          line: Number(at),
          column: Number(column),
        };
    } else {
      if (block.atHeader) block.push('cause', line);
      block.strayed = true;
    }
    block.atHeader &&= file !== undefined || why !== undefined;
  }
}
