import { vi } from 'vitest';
import { PATIENCE } from '../patience.ts';

/** Waits until `check` no longer throws, for as long as a busy machine may need. */
export const until = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, PATIENCE);
