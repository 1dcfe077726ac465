/** The table of all refusals, for the OpenAPI document and its page. */
import { ERRORS } from '../core/errors.ts';

const HEAD = ['Status', 'Code', 'Try again', 'Meaning'] as const;
const ROWS = Object.entries(ERRORS)
  .map(([code, { status, retry, title }]) => ({ status, code, retry: retry ? 'yes' : 'no', title }))
  .sort((a, b) => a.status - b.status);

/** As Markdown. */
export const ERROR_TABLE = [
  `| ${HEAD.join(' | ')} |`,
  `|${'---|'.repeat(HEAD.length)}`,
  ...ROWS.map(
    ({ status, code, retry, title }) => `| ${status} | \`${code}\` | ${retry} | ${title} |`,
  ),
].join('\n');

/** As HTML; none of its texts has a character that HTML knows. */
export const ERROR_TABLE_HTML = `<table><thead><tr>${HEAD.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>
${ROWS.map(({ status, code, retry, title }) => `<tr id="${code}"><td>${status}</td><td><code>${code}</code></td><td>${retry}</td><td>${title}</td></tr>`).join('\n')}
</tbody></table>`;
