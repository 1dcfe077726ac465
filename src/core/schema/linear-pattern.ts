/**
 * Patterns in linear time. Those of params schemas are written for Java, which runs the pipelines' own checks, or for
 * JavaScript; here they run on RE2, whose syntax differs a little. Loaded only where a schema has a pattern.
 */
import { RE2JS, RE2JSException } from 're2js';
import { PATTERN_CHARS_MAX, PATTERN_SIZE_MAX } from '../params-limits.ts';

/** `size`: the most steps per character of a text. */
export type LinearPattern = { readonly size: number; test(text: string): boolean };

/** Why a pattern cannot be run; `broken`: it is invalid in every dialect. */
export type Unusable = {
  readonly why: string;
  readonly broken: boolean;
  /** Size of the compiled pattern that was too large. */
  readonly size?: number;
};

class Untranslatable extends Error {}
const give = (what: string): never => {
  throw new Untranslatable(what);
};

/** Classes that Java and POSIX name differently from RE2; other names are the same. */
const POSIX = 'Lower Upper ASCII Alpha Digit Alnum Punct Graph Print Blank Cntrl XDigit Space';
const CLASSES = new Map(POSIX.split(' ').map((name) => [name, `[:${name.toLowerCase()}:]`]));

/** Java's character classes by the letter of their escape. */
const SETS: Readonly<Record<string, string>> = {
  s: '\\x09-\\x0d\\x20',
  h: '\\x20\\x09\\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}',
};
/** Escapes that are written differently outside of classes. */
const TEXTS: Readonly<Record<string, string>> = {
  S: `[^${SETS['s']}]`,
  H: `[^${SETS['h']}]`,
  R: '(?:\\r\\n|[\\n-\\r\\x{85}\\x{2028}\\x{2029}])',
  Z: '(?:\\r?\\n)?\\z',
};
const hex = (code: number): string => `\\x{${code.toString(16)}}`;

/** Translates a pattern in one pass; `#take` consumes what a regular expression matches at the current position. */
class Translation {
  readonly #pattern: string;
  #at = 0;
  #inClass = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  #take(form: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(form.source, 'suy');
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#pattern);
    if (found) this.#at = sticky.lastIndex;
    return found ?? undefined;
  }

  whole(): string {
    let text = '';
    while (this.#at < this.#pattern.length) text += this.#inClass ? this.#member() : this.#next();
    return text;
  }

  #next(): string {
    if (this.#take(/\\/)) return this.#escape();
    if (this.#take(/\[\^?\]/)) return give('an empty class');
    const open = this.#take(/\[\^?/);
    if (open) {
      this.#inClass = true;
      return open[0];
    }
    if (this.#take(/\(\?/)) return this.#group();
    // A possessive quantifier is checked as the greedy one, which matches everything that it matches.
    const quantifier = this.#take(/([*+?]|\{\d+(?:,\d*)?\})(\??)\+?/);
    if (quantifier) return `${quantifier[1]}${quantifier[2]}`;
    return this.#take(/[{}]/) ? `\\${this.#pattern[this.#at - 1]}` : (this.#take(/./)?.[0] ?? '');
  }

  #member(): string {
    if (this.#take(/\]/)) {
      this.#inClass = false;
      return ']';
    }
    if (this.#take(/\[/)) return give('a class in a class');
    if (this.#take(/&&/)) return give('an intersection of classes');
    return this.#take(/\\/) ? this.#escape() : (this.#take(/./)?.[0] ?? '');
  }

  #group(): string {
    if (this.#take(/<?[=!]/)) return give('look-around');
    if (this.#take(/[:>]/)) return '(?:';
    const name = this.#take(/P?<(\w+)>/);
    if (name) return `(?P<${name[1]}>`;
    const flags = this.#take(/([a-zA-Z]*(?:-[a-zA-Z]+)?)([:)])/);
    if (!flags) return give('a group of its own kind');
    const [, letters = '', end = ''] = flags;
    if (/[^imsud-]/.test(letters)) return give(`the flags ${letters}`);
    // RE2 always behaves as with `u` and `d`.
    const kept = letters.replaceAll(/[ud]/g, '').replace(/-$/, '');
    return kept === '' && end === ')' ? '' : `(?${kept}${end}`;
  }

  #escape(): string {
    const pair = this.#take(/u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})/);
    if (pair) {
      const unit = (at: number) => Number.parseInt(pair[at] ?? '', 16);
      return hex((unit(1) - 0xd800) * 0x400 + unit(2) - 0xdc00 + 0x1_0000);
    }
    const code = this.#take(/u([\da-fA-F]{4})|[ux]\{([\da-fA-F]+)\}|x([\da-fA-F]{2})/);
    if (code) return hex(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16));
    const octal = this.#take(/0([0-3]?[0-7]{0,2})/);
    if (octal) return hex(Number.parseInt(octal[1] || '0', 8));
    const control = this.#take(/c([A-Za-z])/);
    if (control) return hex((control[1] ?? '').toUpperCase().charCodeAt(0) - 64);
    if (this.#take(/[1-9]|k/)) return give('a back-reference');
    const quoted = this.#take(/Q(.*?)(?:\\E|$)/);
    if (quoted) return (quoted[1] ?? '').replaceAll(/[^\w\s]/g, '\\$&');
    const property = this.#take(/([pP])(?:\{(\^?)([^}]*)\}|(\w))/);
    if (property) return this.#property(property);
    return this.#letter(this.#take(/./)?.[0] ?? '');
  }

  #property([, letter = 'p', not = '', long, short]: RegExpExecArray): string {
    const name = (long ?? short ?? '').replace(
      /^(?:Is|script=|sc=|Script=|general_category=|gc=)/,
      '',
    );
    const posix = CLASSES.get(name);
    const negated = (letter === 'P') !== (not !== '');
    if (posix === undefined) return `\\${negated ? 'P' : 'p'}{${name}}`;
    const inner = negated ? posix.replace('[:', '[:^') : posix;
    return this.#inClass ? inner : `[${inner}]`;
  }

  #letter(letter: string): string {
    const set = SETS[letter];
    if (set !== undefined) return this.#inClass ? set : `[${set}]`;
    if (letter === 'e') return '\\x1b';
    if (this.#inClass) {
      if (letter === 'b') return '\\x08';
      if (/[HRZzABG]/.test(letter)) return give(`\\${letter} in a class`);
      return /[\u0080-\uffff]/.test(letter) ? letter : `\\${letter}`;
    }
    const text = TEXTS[letter];
    if (text !== undefined) return text;
    return /[\u0080-\uffff]/.test(letter) ? letter : `\\${letter}`;
  }
}

/** RE2's messages for patterns that are invalid in every dialect. */
const BROKEN = /missing closing|unexpected \)|missing argument to repetition|trailing backslash/;

function compile(pattern: string): LinearPattern | Unusable {
  if (pattern.length > PATTERN_CHARS_MAX)
    return { why: `is longer than ${PATTERN_CHARS_MAX} characters`, broken: false };
  try {
    const found = RE2JS.compile(new Translation(pattern).whole());
    const size = found.programSize();
    if (size > PATTERN_SIZE_MAX) return { why: 'repeats too much', broken: false, size };
    return { size, test: (text) => found.test(text) };
  } catch (error) {
    if (error instanceof Untranslatable) return { why: `uses ${error.message}`, broken: false };
    if (!(error instanceof RE2JSException)) throw error;
    return { why: `cannot be run here (${error.message})`, broken: BROKEN.test(error.message) };
  }
}

/** Compiles the pattern for a search anywhere in a text, as JSON Schema has it. */
export const linearPattern = (pattern: string): LinearPattern | Unusable => compile(pattern);
