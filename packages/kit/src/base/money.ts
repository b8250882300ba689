import { exponentOf, shownDigitsOf } from './currencies.ts'

/** An amount in the smallest unit of its currency. Always an integer. */
export interface Money {
  amountMinor: number
  currency: string
}

/** Two amounts of different currencies were about to be added or compared. */
export class CurrencyMismatch extends Error {
  override readonly name = 'CurrencyMismatch'
}

/** Nothing, in that currency. */
export function zero(currency: string): Money {
  return { amountMinor: 0, currency }
}

/** The exact sum. @throws {CurrencyMismatch} */
export function addMoney(a: Money, b: Money): Money {
  return { amountMinor: safe(a.amountMinor + sameCurrency(a, b).amountMinor), currency: a.currency }
}

/** The exact difference. @throws {CurrencyMismatch} */
export function subtractMoney(a: Money, b: Money): Money {
  return { amountMinor: safe(a.amountMinor - sameCurrency(a, b).amountMinor), currency: a.currency }
}

/** The exact sum of many; `currency` is that of an empty sum too. @throws {CurrencyMismatch} */
export function sumMoney(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce(addMoney, zero(currency))
}

/** `amount` × `basisPoints` ÷ 10,000, rounded half away from zero to the last unit. 250 basis points are 2.5 %. */
export function percentOf(amount: Money, basisPoints: number): Money {
  return {
    amountMinor: divideRounded(BigInt(amount.amountMinor) * BigInt(basisPoints), 10_000n),
    currency: amount.currency,
  }
}

/** The part of `gross` that is tax at that rate, when the tax is already inside. Rounded half away from zero. */
export function taxWithin(gross: Money, basisPoints: number): Money {
  const rate = BigInt(basisPoints)
  return { amountMinor: divideRounded(BigInt(gross.amountMinor) * rate, 10_000n + rate), currency: gross.currency }
}

/**
 * Splits `amount` by `weights` so that the parts add up to it exactly: each part is within one unit of its fair share, and
 * the units left over go to the largest remainders, the earlier part first.
 */
export function allocate(amount: Money, weights: readonly number[]): Money[] {
  if (weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0))
    throw new RangeError('weights must be integers ≥ 0')
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  if (total === 0n) throw new RangeError('at least one weight must be above 0')
  const sign = amount.amountMinor < 0 ? -1 : 1
  const whole = BigInt(Math.abs(amount.amountMinor))
  const parts = weights.map((weight, index) => ({
    index,
    share: (whole * BigInt(weight)) / total,
    rest: (whole * BigInt(weight)) % total,
  }))
  const left = Number(whole - parts.reduce((sum, part) => sum + part.share, 0n))
  const lucky = new Set(
    parts
      .toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
      .slice(0, left)
      .map((part) => part.index),
  )
  return parts.map(({ index, share }) => ({
    amountMinor: normal(sign * (Number(share) + (lucky.has(index) ? 1 : 0))),
    currency: amount.currency,
  }))
}

/**
 * The amount as people of that locale write it: `€ 12,50`. Decimal places that they are not used to, as those of the
 * rupiah, are shown only when they are not zero: what is told is always what is paid.
 */
export function formatMoney(amount: Money, locale: string): string {
  const exponent = exponentOf(amount.currency)
  const shown = shownDigitsOf(amount.currency)
  const isWhole = shown >= exponent || amount.amountMinor % 10 ** (exponent - shown) === 0
  const digits = isWhole ? shown : exponent
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: amount.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(decimalOf(amount) as Intl.StringNumericLiteral)
}

/** The amount in decimal digits, `-1234.50`: exact, however large. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const sign = amountMinor < 0 ? '-' : ''
  return exponent === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-exponent)}`
}

function sameCurrency(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new CurrencyMismatch(`${a.currency} and ${b.currency} do not add up`)
  return b
}

function divideRounded(numerator: bigint, denominator: bigint): number {
  const half = numerator < 0n ? -denominator / 2n : denominator / 2n
  return safe(Number((numerator + half) / denominator))
}

function safe(amountMinor: number): number {
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError('the amount is too large to be exact')
  return normal(amountMinor)
}

/** -0 is not 0 to a strict comparison. */
function normal(amountMinor: number): number {
  return amountMinor === 0 ? 0 : amountMinor
}
