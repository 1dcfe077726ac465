/** What the template has of the table of settings, as text in Bicep: `npm run settings` writes it. */
import type { Setting } from '../../src/functions/settings/setting.ts';
import { SETTINGS } from '../../src/functions/settings/table.ts';

/** The longest value of a setting without a bound of its own, which ARM checks before the app does. */
const CHARS_MAX = 4_000;

const table = Object.entries<Setting>(SETTINGS);

/** Settings that whoever deploys may give: parameters of the template. */
export const PARAMETERS = table.filter(([, { azure }]) => azure === undefined);
export const WRITTEN = table.filter(([, { azure }]) => azure === 'template');

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\${')}'`;

function typeOf(setting: Setting): string {
  const words = setting.kind === 'word' ? setting.words : ['true', 'false'];
  if (setting.kind !== 'word' && setting.kind !== 'flag') return 'string?';
  return `(${["''", ...words.map(quoted)].join(' | ')})?`;
}

function memberOf([name, setting]: [string, Setting]): string {
  const bound =
    setting.kind === 'word' || setting.kind === 'flag'
      ? ''
      : `  @maxLength(${setting.kind === 'text' ? setting.max : CHARS_MAX})\n`;
  return `  @description(${quoted(`${setting.meaning}.`)})\n${bound}  ${name}: ${typeOf(setting)}`;
}

/** `infra/modules/settings.bicep`. */
export const settingsModule =
  (): string => `// Written by \`npm run settings\` from src/functions/settings/table.ts: change it there.

@export()
@description('Settings of the app that may be given. An empty one has its default; names that the app does not know are refused.')
@sealed()
type Settings = {
${PARAMETERS.map(memberOf).join('\n')}
}

@export()
@description('What the app is given of those that are not.')
var defaults = {
${PARAMETERS.flatMap(([name, { default: value }]) => (value ? [`  ${name}: ${quoted(value)}`] : [])).join('\n')}
}
`;

/** The part of `infra/main.bicepparam` that reads settings from the environment. */
export const settingsParameter = (): string => `param settings = {
${PARAMETERS.map(([name]) => `  ${name}: readEnvironmentVariable('${name}', '')`).join('\n')}
}
`;
