// Exact decimal numbers: `digits` / 10^`scale`, in lowest terms. A JavaScript number stands for the shortest decimal that
// denotes it, which is what the author of a schema wrote.

/** An exact decimal number. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** The decimal with trailing zeros of the fraction left out. */
export function decimal(digits: bigint, scale: number): Decimal {
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale--;
  }
  return { digits, scale };
}

/** The decimal that a finite number is written as. */
export function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? decimal(digits, scale) : decimal(digits * 10n ** BigInt(-scale), 0);
}

/** `digits` of both numbers at the larger of their scales. */
export function aligned(a: Decimal, b: Decimal): readonly [a: bigint, b: bigint, scale: number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale), scale];
}

export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return decimal(x + y, scale);
}

export function negate(a: Decimal): Decimal {
  return { digits: -a.digits, scale: a.scale };
}

/** The largest integer that is not above `a` / `b`; `b` is positive. */
export function floorDivide(a: Decimal, b: Decimal): bigint {
  const [x, y] = aligned(a, b);
  const quotient = x / y;
  return x < 0n && quotient * y !== x ? quotient - 1n : quotient;
}

/** The smallest positive number that is a multiple of both positive numbers. */
export function leastCommonMultiple(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  let [gcd, rest] = [x, y];
  while (rest !== 0n) [gcd, rest] = [rest, gcd % rest];
  return decimal((x / gcd) * y, scale);
}

/** The digits of |`a`| before and after the point. */
export function spelled(a: Decimal): readonly [whole: string, fraction: string] {
  const digits = String(a.digits < 0n ? -a.digits : a.digits).padStart(a.scale + 1, '0');
  return [digits.slice(0, digits.length - a.scale), digits.slice(digits.length - a.scale)];
}

/** `a` as JSON writes it, without an exponent. */
export function text(a: Decimal): string {
  const [whole, fraction] = spelled(a);
  return `${a.digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The next double above `value`. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return double[0];
}
