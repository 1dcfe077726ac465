/** Deletion that cannot delete another object of the same name. */
import type { V1DeleteOptions } from '@kubernetes/client-node';
import { ClusterError } from '../../../ports/cluster.ts';
import { has } from '../failure.ts';

export type Ref = { readonly name: string; readonly uid: string };

/** Deletes the object if it still has the uid. Absent or replaced: a success. */
export async function deleteByUid(
  { name, uid }: Ref,
  options: V1DeleteOptions,
  remove: (options: V1DeleteOptions) => Promise<unknown>,
  read: () => Promise<{ metadata?: { uid?: string } }>,
): Promise<void> {
  try {
    await remove(options);
  } catch (error) {
    if (has(error, 'not_found')) {
      return;
    }
    if (!has(error, 'conflict')) {
      throw error;
    }
    // The API server answers the same when others kept changing the object: read it to find out.
    const found = await read().catch((failure: unknown) => {
      if (!has(failure, 'not_found')) {
        throw failure;
      }
      return undefined;
    });
    if (found?.metadata?.uid === uid) {
      throw new ClusterError('unavailable', 409, `${name} could not be deleted`, { cause: error });
    }
  }
}
