/** Conditional changes: only of a version that the caller knows (`If-Match`, `If-None-Match`). */
import { AppError } from './errors.ts';

/** Whether the change may be made to a resource with this ETag; null: to one that does not exist. */
export type Precondition = (etag: string | null) => boolean;

export const anyVersion: Precondition = () => true;

/** Throws `precondition_failed`: nothing has been changed. */
export function assertVersion(wanted: Precondition, noun: string, etag: string | null): void {
  if (wanted(etag)) return;
  const asked = 'If-Match or If-None-Match';
  throw new AppError(
    'precondition_failed',
    `The ${noun} is not in a version that ${asked} asks for; nothing was changed.`,
  );
}
