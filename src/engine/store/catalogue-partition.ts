/** Partitions of the catalogue table: one for each sort of row of a domain, so that a list reads only its own sort. */
type Sort = 'pipelines' | 'targets' | 'policy' | 'tokens' | 'lanes' | 'reachability' | 'log-bytes';

/** A domain's name has no dot, so no two are the same. */
export const cataloguePartition = (domain: string, sort: Sort): string => `${domain}.${sort}`;
