/** Numbers that stand in code without a name. A bound has a name, and a reason beside it. */

/** Text without comments, strings, patterns and names of standards; its lines stay. */
function bare(text: string): string {
  const lines = (part: string) => part.replaceAll(/[^\n]/g, '');
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, lines)
    .replaceAll(/(^|[\s;{}])\/\/.*/gm, '$1')
    .replaceAll(/\bRFC \d+/g, '')
    .replaceAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''")
    .replaceAll(
      /([(=,:!&|?;\n]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[*])+\/[dgimsuy]*/g,
      '$1RE',
    )
    .replaceAll(/`[^`]*`/g, lines);
}

/** Seconds and milliseconds, one of the other. */
const UNIT = /[*/] 1_?000(?![\d_])|\b1_000 [*/]/g;
/** A status of HTTP: compared, as a key, the last argument of an answer or of an error, in a `case`. */
const STATUS = [
  /(?<=\bstatus: .* : )[1-5]\d\d\b/g,
  /\bstatus(?:Code|Of\(error\))? ?(?:[:<>]|[!=<>]==?) ?(?:range \? )?[1-5]\d\d\b/g,
  /\bcase [1-5]\d\d:|\b[1-5]\d\d: \{|^\s*200,$/g,
  /(?<=\b(?:answer|c\.json|c\.body|c\.text)\(.*, )[1-5]\d\d(?=[,)])|(?<=Error\('', )[1-5]\d\d\b/g,
];
const LARGE = /(?<![\w.$])\d[\d_]{2,}(?![\w.])/g;

/** What calls are given: also in a constant that is more than data, such as the fields of a schema. */
const ARGUMENTS = /(?<=\w\()[^()]*/g;

/** Numbers of three digits and more that stand outside of constants (`const NAME = …` at the head of a file). */
export function literals(path: string, text: string): string[] {
  let named = false;
  return bare(text)
    .split('\n')
    .flatMap((line, index) => {
      const begins = /^(?:export )?const \[?[A-Z][A-Z0-9_]+\b/.test(line);
      if (begins) named = true;
      else if (/^[^\s)\]}]/.test(line)) named = false;
      if (begins) return [];
      const code = named ? (line.match(ARGUMENTS) ?? []).join(' ') : line;
      const rest = [UNIT, ...STATUS].reduce((left, known) => left.replaceAll(known, ''), code);
      return Array.from(rest.matchAll(LARGE), ([number]) => `${path}:${index + 1}: ${number}`);
    });
}
