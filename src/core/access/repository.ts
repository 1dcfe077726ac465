/** What `nextflow run` gets, in one form for each place: as policies compare it. */

const SCHEME = /^(https?|ssh|git|file):\/\/(?:[^/@]*@)?(.*)$/i;
const SCP = /^[\w.-]+@([\w.-]+):(.+)$/;
/** What may hide another place than the one that is read: escapes, queries, spaces, back slashes. */
const DOUBTFUL = /[^\w.~+:/@-]/;

/** Host and path without `.git`; undefined where the path goes up, or is none. */
function placed(host: string, path: string): string | undefined {
  const parts = path
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .split('/');
  const sound = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  return sound ? `${host.toLowerCase()}/${parts.join('/')}` : undefined;
}

/**
 * `github.com/nf-core/rnaseq` for `nf-core/rnaseq` (Nextflow looks there) and for every address of
 * it; `/data/main.nf` for that path. Undefined for what cannot be told for sure, such as a relative path.
 */
export function repositoryName(text: string): string | undefined {
  if (DOUBTFUL.test(text)) return undefined;
  const [, scheme, rest = ''] = SCHEME.exec(text) ?? [];
  const [, scpHost, scpPath = ''] = (scheme === undefined && SCP.exec(text)) || [];
  if (scpHost !== undefined) return placed(scpHost, scpPath);
  const place = scheme === undefined ? text : rest;
  if (place.startsWith('/')) return placed('', place.slice(1));
  if (scheme?.toLowerCase() === 'file' || place.startsWith('.')) return undefined;
  const [first = '', ...more] = place.split('/');
  if (scheme !== undefined) return placed(first, more.join('/'));
  // Two parts are an owner and a name, whatever they look like; more need a host before them.
  if (more.length === 1) return placed('github.com', place);
  return first.includes('.') ? placed(first, more.join('/')) : undefined;
}
