/** One row on the screen, used again for other lines as the reader moves. */
import { timeText, type Zone } from '../../ui/time.tsx';
import { placeText } from '../place.ts';
import type { DrawnLine } from '../store/drawn-line.ts';
import { KINDS } from '../store/lines.ts';
import type { Theme } from './colours.ts';
import { isSame } from './same.ts';
import { fillText } from './text.ts';

export type RowContent = {
  readonly row: number;
  readonly place: number;
  /** Of all places, for screen readers. */
  readonly shown: number;
  readonly number: number | undefined;
  readonly kind: number;
  /** Undefined: it is being fetched. */
  readonly line: DrawnLine | undefined;
  readonly marks: readonly number[] | undefined;
  /** Undefined: times are not shown. */
  readonly zone: Zone | undefined;
  /** Undefined: there is only one, or one was chosen. */
  readonly container: string | undefined;
  readonly theme: Theme;
  readonly isChosen: boolean;
  readonly isCurrent: boolean;
  /** Undefined: no step begins here. */
  readonly isFolded: boolean | undefined;
};

const KIND_NAMES = Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [kind, name]));
const MS_DIGITS = 3;

/** Like `2026-11-29 14:05:09.123`, with `Z` in UTC. */
export function rowTime(time: number, zone: Zone): string {
  const text = timeText(new Date(time).toISOString(), zone);
  const ms = String(Math.floor(time) % 1_000).padStart(MS_DIGITS, '0');
  return zone === 'utc' ? text.replace(/Z$/, `.${ms}Z`) : `${text}.${ms}`;
}

function part<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

export class Row {
  readonly element = part('div', 'log-row');
  readonly #fold = part('button', 'log-fold');
  readonly #number = part('a', 'log-number');
  readonly #time = part('span', 'log-time');
  readonly #container = part('span', 'log-container');
  readonly #text = part('span', 'log-text');
  #content: RowContent | undefined;

  constructor() {
    const gutter = part('span', 'log-gutter');
    this.element.setAttribute('role', 'listitem');
    this.#fold.type = 'button';
    // Keys do the same: 10,000 stops for Tab would help nobody.
    this.#fold.tabIndex = -1;
    this.#number.tabIndex = -1;
    gutter.append(this.#fold, this.#number);
    this.element.append(gutter, this.#time, this.#container, this.#text);
  }

  /** The row of the log that is shown. */
  get row(): number | undefined {
    return this.#content?.row;
  }

  move(top: number, height: number): void {
    this.element.style.transform = `translateY(${top}px)`;
    this.element.style.height = `${height}px`;
  }

  fill(content: RowContent): void {
    if (this.#content?.shown !== content.shown)
      this.element.setAttribute('aria-setsize', String(content.shown));
    // Only screen readers are told how many rows there are.
    if (isSame(this.#content, content, 'shown')) return;
    this.#content = content;
    const { element } = this;
    const { row, number, kind, line, zone, isChosen, isCurrent, isFolded } = content;
    element.dataset['row'] = String(row);
    element.dataset['kind'] = KIND_NAMES[kind] ?? 'line';
    element.toggleAttribute('data-chosen', isChosen);
    element.toggleAttribute('data-current', isCurrent);
    if (isCurrent) element.setAttribute('aria-current', 'true');
    else element.removeAttribute('aria-current');
    element.setAttribute('aria-posinset', String(content.place + 1));
    this.#fold.hidden = isFolded === undefined;
    this.#fold.textContent = isFolded ? '▸' : '▾';
    this.#fold.setAttribute('aria-label', isFolded ? 'Unfold the step' : 'Fold the step');
    this.#fold.setAttribute('aria-expanded', String(!isFolded));
    this.#number.textContent = number === undefined ? '' : String(number);
    if (number === undefined) this.#number.removeAttribute('href');
    else this.#number.href = `#${placeText({ from: number, to: number })}`;
    this.#time.textContent = zone && line ? rowTime(line.time, zone) : '';
    this.#container.textContent = content.container ?? '';
    if (line) fillText(this.#text, line, content.marks ?? [], content.theme);
    else this.#text.textContent = '';
    element.toggleAttribute('data-waiting', line === undefined);
  }
}
