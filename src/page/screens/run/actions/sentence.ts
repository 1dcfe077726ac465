/** What an error says to a person. */
import { SluiceError } from '../../../../client/errors.ts';

export function sentenceOf(error: unknown): string {
  if (!(error instanceof SluiceError)) return String(error);
  const fields = error.fields.map(({ field, message }) => `${field} ${message}`);
  return [error.detail, ...fields].join(' · ');
}
