/** The text of a line as elements: colours of its pens, and marks of a search. Text is only ever text. */
import { type Pen, PLAIN } from '../../../core/log/pen.ts';
import type { DrawnLine } from '../store/drawn-line.ts';
import { lookOf, type Theme } from './colours.ts';

const STYLES = ['bold', 'italic', 'underline', 'strike', 'hidden'] as const;

function styled(text: string, pen: Pen, theme: Theme): HTMLElement {
  const element = document.createElement('span');
  element.textContent = text;
  const { colour, ground } = lookOf(pen, theme);
  // Set by script: the page's policy takes no style in HTML.
  if (colour !== undefined) element.style.color = colour;
  if (ground !== undefined) element.style.backgroundColor = ground;
  for (const style of STYLES) if (pen[style]) element.classList.add(`log-${style}`);
  return element;
}

type Part = { readonly text: string; readonly pen: Pen; readonly isMarked: boolean };

/** Splits pieces where marks begin and end; `marks` are pairs of start and end, in order. */
export function* partsOf(line: DrawnLine, marks: readonly number[]): Generator<Part> {
  const pieces = line.pieces ?? [{ text: line.text, pen: PLAIN }];
  let [at, next] = [0, 0];
  for (const { text, pen } of pieces) {
    for (const end = at + text.length, start = at; at < end; ) {
      while ((marks[next * 2 + 1] ?? Number.POSITIVE_INFINITY) <= at) next += 1;
      const [from = end, to = end] = marks.slice(next * 2, next * 2 + 2);
      const isMarked = from <= at;
      const until = Math.min(end, isMarked ? to : from);
      yield { text: text.slice(at - start, until - start), pen, isMarked };
      at = until;
    }
  }
}

export function fillText(
  element: HTMLElement,
  line: DrawnLine,
  marks: readonly number[],
  theme: Theme,
): void {
  if (line.pieces === undefined && marks.length === 0) element.textContent = line.text;
  else {
    const parts = Array.from(partsOf(line, marks), ({ text, pen, isMarked }) => {
      if (!isMarked) {
        return pen === PLAIN ? document.createTextNode(text) : styled(text, pen, theme);
      }
      // A mark has colours of its own.
      const mark = document.createElement('mark');
      mark.textContent = text;
      return mark;
    });
    element.replaceChildren(...parts);
  }
  if (line.rest === 0) return;
  const note = document.createElement('span');
  note.className = 'log-rest';
  note.textContent = ` … ${line.rest.toLocaleString('en-US')} more characters`;
  element.append(note);
}
