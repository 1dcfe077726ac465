/** Numbers of JSON compared by their text, of any size. Pure. */

/** `digits` × 10^`exponent`; the digits neither begin nor end with a zero, and zero has none. */
type Decimal = { readonly negative: boolean; readonly digits: string; readonly exponent: bigint };

const FORM = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The number of a JSON text. */
function decimal(text: string): Decimal {
  const [, minus = '', whole = '', part = '', power = '0'] = FORM.exec(text) ?? [];
  const all = (whole + part).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits, exponent: 0n };
  // BigInt does not parse a plus sign.
  const exponent =
    BigInt(power.replace('+', '')) + BigInt(all.length - digits.length - part.length);
  return { negative: minus !== '', digits, exponent };
}

/** One text for all numbers that are equal, such as `1`, `1.0` and `10e-1`. */
export function numberKey(text: string): string {
  const { negative, digits, exponent } = decimal(text);
  return `${negative ? '-' : ''}${digits}e${exponent}`;
}

/** Negative, 0 or positive, as `a` is less than, equal to or greater than `b`. */
export function compareNumbers(a: string, b: string): number {
  const [x, y] = [decimal(a), decimal(b)];
  const [first, second] = [signOf(x), signOf(y)];
  return first === second ? first * compareSizes(x, y) : first - second;
}

const signOf = ({ negative, digits }: Decimal): number => (digits === '' ? 0 : negative ? -1 : 1);

/** Compares absolute values: the position of the first digit, then digit by digit. */
function compareSizes(x: Decimal, y: Decimal): number {
  const place = ({ digits, exponent }: Decimal): bigint => BigInt(digits.length) + exponent;
  const [p, q] = [place(x), place(y)];
  if (p !== q) return p < q ? -1 : 1;
  const length = Math.max(x.digits.length, y.digits.length);
  const [s, t] = [x.digits.padEnd(length, '0'), y.digits.padEnd(length, '0')];
  return s === t ? 0 : s < t ? -1 : 1;
}

/** Whether the number is an integer. */
export const isWhole = (text: string): boolean => decimal(text).exponent >= 0n;

/** Whether `text` is an integer multiple of `step`, which is not 0. */
export function isMultiple(text: string, step: string): boolean {
  const [x, y] = [decimal(text), decimal(step)];
  if (x.digits === '') return true;
  const power = x.exponent - y.exponent;
  // The digits do not end with a zero, so no power of ten divides them.
  if (power < 0n) return false;
  const modulus = BigInt(y.digits);
  return (BigInt(x.digits) * powerOfTen(power, modulus)) % modulus === 0n;
}

/** 10^power modulo `modulus`, in as many steps as the power has bits. */
function powerOfTen(power: bigint, modulus: bigint): bigint {
  let [result, base] = [1n, 10n % modulus];
  for (let rest = power; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}
