/** Colours of terminals, made readable on the ground that they are on. */
import { type Colour, type Pen, TRUE_COLOUR } from '../../../core/log/pen.ts';

type Rgb = readonly [red: number, green: number, blue: number];
export type Theme = 'light' | 'dark';

/** `--surface` of `tokens.css`. */
const GROUND: Readonly<Record<Theme, Rgb>> = { light: [255, 255, 255], dark: [22, 30, 36] };
/** `--text` there. */
const TEXT: Readonly<Record<Theme, Rgb>> = { light: [23, 34, 43], dark: [228, 235, 240] };
/** WCAG 2.2 AA. */
const CONTRAST = 4.5;

/** The sixteen of xterm. */
const BASIC: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];
const CUBE = 16;
const GREYS = 232;
const SIDE = 6;

const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);

/** A colour of the palette of 256, or a true one. */
export function rgbOf(colour: Colour): Rgb {
  if (colour >= TRUE_COLOUR) return [(colour >> 16) & 0xff, (colour >> 8) & 0xff, colour & 0xff];
  const basic = BASIC[colour];
  if (basic) return basic;
  if (colour >= GREYS) {
    const grey = 8 + (colour - GREYS) * 10;
    return [grey, grey, grey];
  }
  const at = colour - CUBE;
  return [level(Math.floor(at / SIDE ** 2)), level(Math.floor(at / SIDE) % SIDE), level(at % SIDE)];
}

const linear = (part: number): number => {
  const value = part / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/** By WCAG, from 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const mixed = ([r, g, b]: Rgb, [r2, g2, b2]: Rgb, part: number): Rgb => [
  Math.round(r + (r2 - r) * part),
  Math.round(g + (g2 - g) * part),
  Math.round(b + (b2 - b) * part),
];

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const STEPS = 20;

/** The colour itself, or as little lighter or darker as makes it readable on the ground. */
export function readable(colour: Rgb, ground: Rgb): Rgb {
  const end = contrast(WHITE, ground) > contrast(BLACK, ground) ? WHITE : BLACK;
  for (let step = 0; step < STEPS; step += 1) {
    const next = mixed(colour, end, step / STEPS);
    if (contrast(next, ground) >= CONTRAST) return next;
  }
  return end;
}

export type Look = { readonly colour: string | undefined; readonly ground: string | undefined };

const css = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;
const DIM = 0.4;

/** Colours of a pen; undefined: those of the page. */
export function lookOf(pen: Pen, theme: Theme): Look {
  const given = pen.foreground === undefined ? undefined : rgbOf(pen.foreground);
  const under = pen.background === undefined ? undefined : rgbOf(pen.background);
  const text = given ?? TEXT[theme];
  const [front, back] = pen.reverse ? [under ?? GROUND[theme], text] : [text, under];
  if (front === TEXT[theme] && back === undefined && !pen.dim)
    return { colour: undefined, ground: undefined };
  const ground = back ?? GROUND[theme];
  const wanted = pen.dim ? mixed(front, ground, DIM) : front;
  return {
    colour: css(readable(wanted, ground)),
    ground: back === undefined ? undefined : css(back),
  };
}
