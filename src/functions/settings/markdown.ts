/** The settings as `infra/README.md` shows them. */
import type { Setting } from './setting.ts';
import { SETTINGS } from './table.ts';

const FORMS: Readonly<
  Record<Exclude<Setting['kind'], 'number' | 'whole' | 'word' | 'text'>, string>
> = {
  flag: '`true` or `1`, `false` or `0`',
  plain: 'text',
  path: 'text',
  schedule: 'NCRONTAB',
  https: 'an https address',
  issuer: 'an https address; http on this machine',
  address: 'an http or https address, or `request` for the one that each request was sent to',
  base: 'an http or https address, without name and password',
  origins: 'origins, separated by commas or blanks',
  words: 'words, separated by commas or blanks',
  clusters: 'JSON',
  grants: 'JSON',
};

function takes(setting: Setting): string {
  if (setting.kind === 'word') return setting.words.map((word) => `\`${word}\``).join(', ');
  if (setting.kind === 'number' || setting.kind === 'whole')
    return `${setting.kind === 'whole' ? 'a whole number' : 'a number'}, ${setting.min} to ${setting.max}`;
  if (setting.kind === 'text')
    return `${setting.min} to ${setting.max} characters${setting.takes === undefined ? '' : `: ${setting.takes}`}`;
  return FORMS[setting.kind];
}

/** The settings as a table of Markdown. */
export const settingsTable = (): string =>
  [
    '| setting | what | takes | default | on Azure |',
    '|---|---|---|---|---|',
    ...Object.entries<Setting>(SETTINGS).map(
      ([name, setting]) =>
        `| \`${name}\` | ${setting.meaning} | ${takes(setting)} | ${setting.default ? `\`${setting.default}\`` : 'none'} | ${setting.azure ?? 'parameter'} |`,
    ),
  ].join('\n');
