/** Where in the form an error belongs. */
import { type FieldError, fieldPath } from '../../../../core/errors.ts';
import type { Path } from './request.ts';

/** Id of the part of the form that holds a field. */
export const placeId = (path: Path): string => `start-at-${path.join('.')}`;

const isWithin = (path: Path, place: Path): boolean =>
  place.every((name, index) => path[index] === name);

/** What is wrong at a place, and within it; undefined if nothing is. */
export function faultAt(faults: readonly FieldError[], place: Path): string | undefined {
  const sentences = faults.flatMap(({ field, message }) => {
    const path = fieldPath(field);
    if (!isWithin(path, place)) return [];
    const inner = path.slice(place.length).join('.');
    return [inner === '' ? message : `${inner} ${message}`];
  });
  return sentences.length === 0 ? undefined : sentences.join('; ');
}

/** The innermost place of a fault; undefined where the form shows none. */
export const placeOf = ({ field }: FieldError, places: readonly Path[]): Path | undefined =>
  places
    .filter((place) => isWithin(fieldPath(field), place))
    .toSorted((a, b) => b.length - a.length)[0];
