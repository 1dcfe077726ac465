/** A script as Nextflow made it, without what all its lines begin with: the indentation of the pipeline's text. */
export function withoutIndent(script: string): string {
  const lines = script
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const least = depths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return lines.map((line) => line.slice(least)).join('\n');
}
