/** The final look of a printed line on a terminal: without codes, and redrawn parts in their last state. Pure. */
import { type Pen, PLAIN, withSgr } from './pen.ts';

/**
 * Control functions of ECMA-48 (https://ecma-international.org/publications-and-standards/standards/ecma-48/):
 * CSI with parameters and a final letter; strings (titles, links) up to their end; other escapes. Then single
 * control characters, and text. No character can begin two of these, so every line takes linear time.
 */
const CSI = String.raw`(?:\u001B\[|\u009B)(?<params>[0-?]*)[ -/]*(?<final>[@-~])`;
const STRING = String.raw`(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\0-\u001F\u007F-\u009F]*(?:\u0007|\u001B\\|\u009C)`;
const ESCAPE = String.raw`\u001B[ -/]*[0-~]`;
const CONTROL = String.raw`[\0-\u0008\u000A-\u001F\u007F-\u009F]`;
const TOKENS = new RegExp(
  `${CSI}|${STRING}|${ESCAPE}|(?<control>${CONTROL})|(?<text>[^\\0-\\u0008\\u000A-\\u001F\\u007F-\\u009F]+)`,
  'g',
);
const HAS_CONTROL = new RegExp(CONTROL);
/** Most blanks in one line that come from a cursor that jumps to the right. */
const BLANKS_MAX = 1_000;

class Row {
  readonly cells: string[] = [];
  /** What each cell was printed with. */
  readonly pens: Pen[] = [];
  #pen = PLAIN;
  #blanks = 0;
  /** The cursor is back at the start: the next text overwrites what is there. */
  #back = false;

  print(text: string): void {
    if (this.#back) this.cells.length = 0;
    this.#back = false;
    for (const character of text) {
      this.pens[this.cells.length] = this.#pen;
      this.cells.push(character);
    }
  }

  control(character: string): void {
    if (character === '\r') this.#back = true;
    else if (character === '\b' && !this.#back) this.cells.pop();
  }

  /** Applies a CSI function; those that neither move nor colour are ignored. */
  apply(final: string, params: string): void {
    if (final === 'm') {
      this.#pen = withSgr(this.#pen, params);
      return;
    }
    const given = Number.parseInt(params, 10);
    const count = Number.isNaN(given) || given === 0 ? 1 : given;
    if (final === 'K' || final === 'J') this.#erase(Number.isNaN(given) ? 0 : given);
    else if (final === 'C') this.#forward(count);
    else if (final === 'D') this.#left(count);
    else if (final === 'G' || final === '`') this.#back ||= count === 1;
    // To another row: what follows is not part of this line's text.
    else if ('ABEFHf'.includes(final)) this.#back = true;
  }

  /** 0: from the cursor on; 1: up to it; 2 and 3: all. */
  #erase(part: number): void {
    if (part >= 2 || (part === 0) === this.#back) this.cells.length = 0;
  }

  #forward(count: number): void {
    if (this.#back) return;
    const blanks = Math.min(count, BLANKS_MAX - this.#blanks);
    this.#blanks += blanks;
    this.print(' '.repeat(blanks));
  }

  #left(count: number): void {
    if (count >= this.cells.length) this.#back = true;
    else if (!this.#back) this.cells.length -= count;
  }
}

/**
 * The line as a terminal shows it in the end. Overwritten text counts as gone to its end, also where the new text is
 * shorter: it is a newer state of the same thing.
 */
export function shown(line: string): string {
  return HAS_CONTROL.test(line) ? rowOf(line).cells.join('') : line;
}

function rowOf(line: string): Row {
  const row = new Row();
  for (const { groups } of line.matchAll(TOKENS)) {
    const { text, control, params, final } = groups ?? {};
    if (text !== undefined) row.print(text);
    else if (control !== undefined) row.control(control);
    else if (final !== undefined) row.apply(final, params ?? '');
  }
  return row;
}

/** Text that was printed with one pen. */
export type Piece = { readonly text: string; readonly pen: Pen };

/** The same text as `shown`, with its colours. Each line begins with a plain pen, since a log is read from any line on. */
export function drawn(line: string): Piece[] {
  if (!HAS_CONTROL.test(line)) return line === '' ? [] : [{ text: line, pen: PLAIN }];
  const { cells, pens } = rowOf(line);
  const pieces: { text: string; pen: Pen }[] = [];
  for (const [at, cell] of cells.entries()) {
    const pen = pens[at] ?? PLAIN;
    const last = pieces.at(-1);
    if (last?.pen === pen) last.text += cell;
    else pieces.push({ text: cell, pen });
  }
  return pieces;
}
