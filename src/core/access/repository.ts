/** The argument of `nextflow run` as one full name per repository, which policies compare. */

const SCHEME = /^(https?|ssh|git|file):\/\/(?:[^/@]*@)?(.*)$/i;
const SCP = /^[\w.-]+@([\w.-]+):(.+)$/;
/** Characters that could make the address mean another repository than it seems to: escapes, queries, spaces, backslashes. */
const DOUBTFUL = /[^\w.~+:/@-]/;

/** Host and path without `.git`; undefined for an empty path or one with `..`. */
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
 * it; `/data/main.nf` for that path. Undefined where the repository is not certain, as for a relative path.
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
  // Two parts are always owner and name; with more of them the first is the host.
  if (more.length === 1) return placed('github.com', place);
  return first.includes('.') ? placed(first, more.join('/')) : undefined;
}
