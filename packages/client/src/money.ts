/** An amount in the smallest unit of its currency. Always an integer. */
export interface Money {
  amountMinor: number
  currency: string
}

/** Currencies whose smallest unit is no hundredth, by its decimal places (ISO 4217). `Intl` does not know: it has the digits that people like to see. */
const decimalPlaces: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

/** How many decimal places the smallest unit of a currency has: 2 for EUR and IDR, 0 for JPY, 3 for KWD. */
export function exponentOf(currency: string): number {
  const found = Object.entries(decimalPlaces).find(([, codes]) => codes.includes(currency))
  return found ? Number(found[0]) : 2
}

/**
 * The amount as people of that locale write it: `€ 12,50`; without a locale, as the runtime's. Decimal places that people are
 * not used to, as those of the rupiah, are shown only when they are not zero: what is shown is always what is paid.
 */
export function formatMoney(money: Money, locale?: string | readonly string[]): string {
  const style = { style: 'currency', currency: money.currency } as const
  const locales = locale as string | string[] | undefined
  const exponent = exponentOf(money.currency)
  const shown = new Intl.NumberFormat(locales, style).resolvedOptions().maximumFractionDigits ?? exponent
  const isWhole = shown >= exponent || money.amountMinor % 10 ** (exponent - shown) === 0
  const digits = isWhole ? shown : exponent
  const format = new Intl.NumberFormat(locales, {
    ...style,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(decimalOf(money) as unknown as number)
}

/** The amount in decimal digits, `-1234.50`: exact, however large. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const sign = amountMinor < 0 ? '-' : ''
  return exponent === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-exponent)}`
}
