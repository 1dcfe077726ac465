/** Colours and weights of printed text: SGR codes of ECMA-48, with the colours of xterm. Pure. */

/** A colour of the palette, 0 to 255, or `TRUE_COLOUR` and its red, green and blue in 24 bits. */
export type Colour = number;
export const TRUE_COLOUR = 0x1000000;

export type Pen = {
  readonly foreground?: Colour;
  readonly background?: Colour;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly reverse?: true;
  readonly hidden?: true;
};
export const PLAIN: Pen = {};

type Flag = Exclude<keyof Pen, 'foreground' | 'background'>;

const ON: Readonly<Record<number, Flag>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'reverse',
  8: 'hidden',
  9: 'strike',
  21: 'underline',
};
const OFF: Readonly<Record<number, readonly (keyof Pen)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['reverse'],
  28: ['hidden'],
  29: ['strike'],
  39: ['foreground'],
  49: ['background'],
};

function without(pen: Pen, keys: readonly (keyof Pen)[]): Pen {
  const rest = { ...pen };
  for (const key of keys) delete rest[key];
  return rest;
}

/** The first of the sixteen colours that a code stands for: 30–37 and 40–47, 90–97 and 100–107. */
const BASES: readonly (readonly [first: number, key: 'foreground' | 'background', add: number])[] =
  [
    [30, 'foreground', 0],
    [40, 'background', 0],
    [90, 'foreground', 8],
    [100, 'background', 8],
  ];
const BASE_COLOURS = 8;

function basic(pen: Pen, code: number): Pen {
  for (const [first, key, add] of BASES) {
    if (code >= first && code < first + BASE_COLOURS) return { ...pen, [key]: code - first + add };
  }
  return pen;
}

const BYTE_MAX = 255;
const isByte = (value: number | undefined): value is number =>
  value !== undefined && value >= 0 && value <= BYTE_MAX;

/** The colour behind 38 or 48: `5;n` or `2;r;g;b`, and how many numbers it took. */
function extended(numbers: readonly number[]): { readonly colour?: Colour; readonly took: number } {
  const [form, first, green, blue] = numbers;
  if (form === 5) return { ...(isByte(first) && { colour: first }), took: 2 };
  if (form !== 2) return { took: 1 };
  const colour =
    isByte(first) && isByte(green) && isByte(blue)
      ? TRUE_COLOUR + first * 0x10000 + green * 0x100 + blue
      : undefined;
  return { ...(colour !== undefined && { colour }), took: 4 };
}

/** With colons the parts belong to one parameter, and `2` may be followed by the id of a colour space, which is mostly empty. */
function withColons(pen: Pen, parameter: string): Pen {
  const [code = 0, form = 0, ...rest] = parameter.split(':').map(Number);
  if (code === 4) return form === 0 ? without(pen, ['underline']) : { ...pen, underline: true };
  if (code !== 38 && code !== 48) return pen;
  const { colour } = extended([form, ...(form === 2 ? rest.slice(-3) : rest)]);
  const key = code === 38 ? 'foreground' : 'background';
  return colour === undefined ? pen : { ...pen, [key]: colour };
}

/** The pen after a code `CSI params m`. What is unknown changes nothing. */
export function withSgr(before: Pen, params: string): Pen {
  let pen = before;
  const parts = params.split(';');
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (part.includes(':')) {
      pen = withColons(pen, part);
      continue;
    }
    const code = Number(part);
    const flag = ON[code];
    const gone = OFF[code];
    if (code === 0) pen = PLAIN;
    else if (flag) pen = { ...pen, [flag]: true };
    else if (gone) pen = without(pen, gone);
    else if (code === 38 || code === 48) {
      const { colour, took } = extended(parts.slice(at + 1, at + 5).map(Number));
      at += took;
      const key = code === 38 ? 'foreground' : 'background';
      if (colour !== undefined) pen = { ...pen, [key]: colour };
    } else pen = basic(pen, code);
  }
  return pen;
}
