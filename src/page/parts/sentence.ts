/** What an error says to a person. */
import { SluiceError } from '../../client/errors.ts';

export const sentenceOf = (error: unknown): string =>
  error instanceof SluiceError ? error.detail : String(error);
