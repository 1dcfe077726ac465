/** Lists of any length. */
import { ClusterError } from '../../../ports/cluster.ts';

/** Objects of one page: bounds the memory of the API server and of this process. */
export const PAGE_ITEMS = 500;
/** A list whose continuation expired (410) is read from the start this often. */
const RESTARTS = 2;

type Page<T> = {
  readonly items: readonly T[];
  readonly metadata?: { readonly _continue?: string };
};

/** Where a page begins, and how long it is. */
export type Position = { readonly _continue?: string; readonly limit?: number };

/** All items of a list, read page by page, consistent as of one moment. */
export async function readAll<T>(
  page: (position: Position) => Promise<Page<T>>,
): Promise<readonly T[]> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      const items: T[] = [];
      let next = '';
      do {
        const { items: more, metadata } = await page({
          limit: PAGE_ITEMS,
          ...(next !== '' && { _continue: next }),
        });
        items.push(...more);
        next = metadata?._continue ?? '';
      } while (next !== '');
      return items;
    } catch (error) {
      const expired = error instanceof ClusterError && error.status === 410;
      if (!expired || restarts >= RESTARTS) {
        throw error;
      }
    }
  }
}
