/** Lines as Nextflow wrote them: without what terminals, log systems and carriers of logs add. Pure. */
import { shown } from '../../log/terminal.ts';
import { shorten } from '../../shorten.ts';

/** Longest part of a line that is read: far more than Nextflow's own, but for lists in warnings. */
export const LINE_CHARS_MAX = 8_192;

/** Before each line, by `kubectl logs` with `--timestamps` and `--prefix`. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) /;
const POD = /^\[pod\/[^\]\s]+\] /;
/** A colour code whose first byte a log system has removed. */
const LOST_COLOUR = /\[\d{0,3}(?:;\d{1,3})*m/g;

/** The line in its last state: of one that was written over, only what stands there in the end. */
function lastState(text: string): string {
  if (text.length <= LINE_CHARS_MAX) return shown(text);
  const end = text.replace(/\r$/, '');
  return shown(shorten(end.slice(end.lastIndexOf('\r') + 1), LINE_CHARS_MAX));
}

/** The line without colours, stamps and blanks at its end. */
export function plain(text: string): string {
  return lastState(text)
    .replace(/^\uFEFF/, '')
    .replace(STAMP, '')
    .replace(POD, '')
    .trimEnd();
}

export const withoutLostColours = (line: string): string => line.replaceAll(LOST_COLOUR, '');

/** `PROCESS (tag)`. A name has no blank, so the tag begins at the first ` (`, whatever it holds. */
export function nameAndTag(text: string): { readonly name: string; readonly tag: string | null } {
  const at = text.indexOf(' (');
  if (at < 0) return { name: text, tag: null };
  const tag = text.slice(at + 2);
  return { name: text.slice(0, at), tag: tag.endsWith(')') ? tag.slice(0, -1) : tag };
}
