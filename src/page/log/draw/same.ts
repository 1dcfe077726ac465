/** Whether two objects of one type have the same values, except under the key that does not matter. */
export const isSame = <T extends object>(one: T | undefined, other: T, except?: keyof T): boolean =>
  one !== undefined &&
  (Object.keys({ ...one, ...other }) as (keyof T)[]).every(
    (key) => key === except || Object.is(one[key], other[key]),
  );
