/** Partitions of the catalogue table: one for each sort of thing that a domain has, so that a list of one reads no other. */
type Sort = 'pipelines' | 'targets' | 'policy' | 'tokens' | 'lanes' | 'reachability';

/** A domain's name has no dot, so no two are the same. */
export const cataloguePartition = (domain: string, sort: Sort): string => `${domain}.${sort}`;
