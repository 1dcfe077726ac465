/** Application settings of a snapshot as the app would get them, with stand-ins for what only Azure knows. */

const CLIENT_ID = '00000000-0000-0000-0000-0000000000c1';
const CLUSTER = '{"default":{"server":"https://aks.example","caData":"Y2E=","identity":true}}';

/** The first that matches an expression gives the value. */
const VALUES: readonly (readonly [RegExp, string])[] = [
  [/\.clientId\)?\]$/, CLIENT_ID],
  [/\.vaultUri, /, 'https://kv.example/'],
  [/\.hostName\)\]$/, 'wps.example'],
  [/\.defaultHostName\)\]$/, 'func.example'],
  [/listClusterUserCredential/, CLUSTER],
  [/\.ConnectionString\]$/, 'InstrumentationKey=00000000-0000-0000-0000-00000000a991'],
];

/** Throws for an expression that it does not know. */
export function resolved(settings: Readonly<Record<string, string>>): Record<string, string> {
  const of = (name: string, value: string): string => {
    if (!value.startsWith('[')) return value;
    // Text around one value that Azure knows stays as it is.
    const [, text = '{0}'] = /^\[format\('([^']*)', /.exec(value) ?? [];
    const found = VALUES.find(([pattern]) => pattern.test(value));
    if (found === undefined)
      throw new Error(`${name}: a stand-in for ${value} is missing in stand-ins.ts`);
    return text.replace('{0}', found[1]);
  };
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, of(name, value)]),
  );
}
