/**
 * Reads a .NET TimeSpan as Functions settings use it: `hh:mm`, `hh:mm:ss`, `d.hh:mm:ss`, with an
 * optional fraction of a second. When the first part of three is 24 or more it means days
 * (`24:00:00` is 24 days), as .NET reads it. Gives milliseconds, undefined when it is no TimeSpan.
 */
export function parseTimeSpan(text: string): number | undefined {
  const match =
    /^\s*(-)?(?:(\d{1,8})\.)?(\d{1,8}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?\s*$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, minus, days, first, second, third, fraction] = match;
  let [d, h, m, s] = [Number(days ?? 0), Number(first), Number(second), Number(third ?? 0)];
  if (h > 23) {
    if (days !== undefined || third === undefined || fraction !== undefined) {
      return undefined;
    }
    [d, h, m, s] = [h, m, s, 0];
  }
  if (h > 23 || m > 59 || s > 59) {
    return undefined;
  }
  const milliseconds = Number(`0.${fraction ?? 0}`) * 1000;
  const total = (((d * 24 + h) * 60 + m) * 60 + s) * 1000 + milliseconds;
  return minus === undefined ? total : -total;
}
