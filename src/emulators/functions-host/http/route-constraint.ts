/** Whether a route value passes an inline constraint of ASP.NET Core routing. */
export type Constraint = (value: string) => boolean;

const INT32 = 2n ** 31n;
const INT64 = 2n ** 63n;

function integer(text: string): bigint | undefined {
  return /^\s*[+-]?\d+\s*$/.test(text) ? BigInt(text.trim().replace(/^\+/, '')) : undefined;
}

function isInteger(limit: bigint): Constraint {
  return (text) => {
    const value = integer(text);
    return value !== undefined && value >= -limit && value < limit;
  };
}

/** A number by .NET's invariant culture, which also takes thousands separators and an exponent. */
const isNumber: Constraint = (text) =>
  /^\s*[+-]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text);

const HEX = '[0-9a-f]';
const DASHED = `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`;
const GUID = new RegExp(`^(?:${HEX}{32}|${DASHED}|\\{${DASHED}\\}|\\(${DASHED}\\))$`, 'i');

const PLAIN: Readonly<Record<string, Constraint>> = {
  int: isInteger(INT32),
  long: isInteger(INT64),
  bool: (text) => /^\s*(?:true|false)\s*$/i.test(text),
  datetime: (text) => !Number.isNaN(Date.parse(text)),
  decimal: (text) => isNumber(text) && !/e/i.test(text),
  double: isNumber,
  float: isNumber,
  guid: (text) => GUID.test(text.trim()),
  alpha: (text) => /^[a-z]*$/i.test(text),
  required: (text) => text.length > 0,
};

function numbers(name: string, text: string, counts: readonly number[]): bigint[] {
  const values = text.split(',').map(integer);
  const known = values.filter((value) => value !== undefined);
  if (known.length !== values.length || !counts.includes(values.length)) {
    throw new Error(`the constraint ${name}(${text}) has wrong arguments`);
  }
  return known;
}

function between(text: string, low: bigint, high: bigint): boolean {
  const value = integer(text);
  return value !== undefined && value >= low && value <= high;
}

/** Compiles one inline constraint such as `int` or `range(1,9)`. Throws when it is unknown. */
export function compileConstraint(source: string): Constraint {
  const match = /^([^(]*)(?:\((.*)\))?$/s.exec(source);
  const name = (match?.[1] ?? source).toLowerCase();
  const argument = match?.[2];
  if (argument === undefined) {
    const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
    if (plain === undefined) {
      throw new Error(`the constraint "${source}" is unknown`);
    }
    return plain;
  }
  switch (name) {
    case 'regex': {
      const pattern = new RegExp(argument, 'i');
      return (text) => pattern.test(text);
    }
    case 'length': {
      const [low = 0n, high = low] = numbers(name, argument, [1, 2]);
      return (text) => text.length >= low && text.length <= high;
    }
    case 'minlength': {
      const [low = 0n] = numbers(name, argument, [1]);
      return (text) => text.length >= low;
    }
    case 'maxlength': {
      const [high = 0n] = numbers(name, argument, [1]);
      return (text) => text.length <= high;
    }
    case 'min': {
      const [low = 0n] = numbers(name, argument, [1]);
      return (text) => between(text, low, INT64 - 1n);
    }
    case 'max': {
      const [high = 0n] = numbers(name, argument, [1]);
      return (text) => between(text, -INT64, high);
    }
    case 'range': {
      const [low = 0n, high = 0n] = numbers(name, argument, [2]);
      return (text) => between(text, low, high);
    }
    default:
      throw new Error(`the constraint "${source}" is unknown`);
  }
}
