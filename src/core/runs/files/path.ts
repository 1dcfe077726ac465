/**
 * Names of files as text. A file system's names are bytes; in the API they are text in which what is no text is
 * percent-encoded, byte by byte, and `%` itself. So every name has one text, and every text one name. Pure.
 */

const PERCENT = 0x25;
const CONTROL_BELOW = 0x20;
const DELETE = 0x7f;
const HEX = 16;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const hex = (byte: number): string => byte.toString(HEX).toUpperCase().padStart(2, '0');
const escaped = (byte: number): string => `%${hex(byte)}`;
const isPlain = (byte: number): boolean =>
  byte >= CONTROL_BELOW && byte < DELETE && byte !== PERCENT;

/** The text of a name, or of a path with slashes. */
export function textOf(name: Uint8Array): string {
  try {
    return strict
      .decode(name)
      .replaceAll(/[%\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (char) =>
        Array.from(encoder.encode(char), escaped).join(''),
      );
  } catch {
    return Array.from(name, (byte) =>
      isPlain(byte) ? String.fromCharCode(byte) : escaped(byte),
    ).join('');
  }
}

/** The bytes of such a text; null for a text that no path below a folder has: an empty step, `.`, `..`, or a NUL. */
export function bytesOf(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const code = /^%([0-9A-Fa-f]{2})/.exec(text.slice(at, at + 3))?.[1];
    if (code !== undefined) bytes.push(Number.parseInt(code, HEX));
    const char = code === undefined ? String.fromCodePoint(text.codePointAt(at) ?? 0) : '';
    bytes.push(...encoder.encode(char));
    at += code === undefined ? char.length : 3;
  }
  const steps = String.fromCharCode(...bytes).split('/');
  return bytes.includes(0) || steps.some((step) => ['', '.', '..'].includes(step))
    ? null
    : Uint8Array.from(bytes);
}

/** Absolute, without `.`, `..`, doubled slashes or one at the end. `base`: the folder of a relative path. */
export function normalPath(path: string, base: string): string {
  const steps: string[] = [];
  for (const step of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `/${steps.join('/')}`;
}

/** The path below the folder; null where it is not, or is the folder itself. Both are normal. */
export const below = (path: string, folder: string): string | null =>
  path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
