/** Bounds on JSON text, looked at before it is parsed: a parser, and every schema after it, takes its time for each value. */
import { JSON_DEPTH_MAX, JSON_NODES_MAX } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** White space, comma and colon: what stands between names and values. */
const BETWEEN = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c, 0x3a]);
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Where the string that begins at `start` ends: at its closing quote, or with the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE)
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/**
 * Says what is too much of a JSON text, as the end of a sentence; undefined for one within bounds. Linear, and stops at
 * the first breach. Whether the text is JSON is not looked at.
 */
export function jsonExcess(text: string): string | undefined {
  let nodes = 0;
  let depth = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (BETWEEN.has(char)) {
      inWord = false;
    } else if (CLOSING.has(char)) {
      inWord = false;
      depth -= 1;
    } else if (!inWord) {
      nodes += 1;
      if (nodes > JSON_NODES_MAX) return `has more than ${JSON_NODES_MAX} names and values`;
      if (OPENING.has(char)) depth += 1;
      else if (char === QUOTE) at = endOfString(text, at);
      else inWord = true;
      if (depth > JSON_DEPTH_MAX) return `is nested more than ${JSON_DEPTH_MAX} levels deep`;
    }
  }
  return undefined;
}
