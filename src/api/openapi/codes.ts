/** The tables of all codes, for the OpenAPI document, its page and the README. */
import { ERRORS } from '../../core/errors.ts';
import { CAUSES } from '../../core/nextflow/causes.ts';
import { REASONS, type ReasonRule } from '../../core/reasons.ts';

type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

const MINUTE_MS = 60_000;
const yes = (is: boolean): string => (is ? 'yes' : 'no');
const minutes = ({ graceMs }: ReasonRule): string =>
  graceMs === undefined ? '' : `${graceMs / MINUTE_MS} minutes`;

/** Table of refusals; the code is in the second column. */
const ERROR_ROWS: Table = {
  head: ['Status', 'Code', 'Try again', 'Meaning'],
  rows: Object.entries(ERRORS)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, retry, title }]) => [String(status), code, yes(retry), title]),
};

/** Of reasons of runs. */
const REASON_ROWS: Table = {
  head: ['Code', 'Waiting may help', 'Given up after', 'Try again', 'Meaning'],
  rows: Object.entries(REASONS).map(([code, rule]) => [
    code,
    yes(rule.heals),
    minutes(rule),
    yes(rule.retryable),
    rule.sentence,
  ]),
};

/** Of failures of pipelines. */
const CAUSE_ROWS: Table = {
  head: ['Code', 'Meaning', 'What to do'],
  rows: Object.entries(CAUSES).map(([code, { sentence, advice }]) => [code, sentence, advice]),
};

function markdown({ head, rows }: Table): string {
  const at = head.indexOf('Code');
  const lines = rows.map((row) => row.map((cell, index) => (index === at ? `\`${cell}\`` : cell)));
  const rule = `|${'---|'.repeat(head.length)}`;
  return [`| ${head.join(' | ')} |`, rule, ...lines.map((line) => `| ${line.join(' | ')} |`)].join(
    '\n',
  );
}

/** None of the texts has a character that HTML would need escaped. */
function html({ head, rows }: Table, idPrefix = ''): string {
  const at = head.indexOf('Code');
  const cell = (text: string, index: number) =>
    `<td>${index === at ? `<code>${text}</code>` : text.replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</td>`;
  const lines = rows.map((row) => `<tr id="${idPrefix}${row[at]}">${row.map(cell).join('')}</tr>`);
  return `<table><thead><tr>${head.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody></table>`;
}

/** As Markdown. */
export const ERROR_TABLE = markdown(ERROR_ROWS);
export const REASON_TABLE = markdown(REASON_ROWS);
export const CAUSE_TABLE = markdown(CAUSE_ROWS);
export const ERROR_TABLE_HTML = html(ERROR_ROWS);
export const REASON_TABLE_HTML = html(REASON_ROWS, 'reason-');
export const CAUSE_TABLE_HTML = html(CAUSE_ROWS, 'failure-');
