/**
 * List one of ISO 4217 (current currencies and funds) as it is since 1 January 2026, amendment 180.
 *
 * Source: the maintenance agency's list-one.xml of 25 June 2024 (as the npm package currency-codes 2.2.0 carries it), and its amendments since:
 * 176 (XCG in the place of ANG, 31 March 2025), 179 (XAD, 12 May 2025), 180 (BGN left, 1 January 2026). CUC, in that file still, ended in 2021.
 * https://www.six-group.com/en/products-services/financial-information/data-standards.html tells of the next one: what it
 * changes is changed here, in one line.
 *
 * Not taken from `Intl`: the digits that it knows are those that people like to see (CLDR), none for the rupiah and the forint, while the
 * smallest unit that amounts are counted in is a hundredth of them.
 */

/** Currencies that people pay in, by the number of decimal places of their smallest unit. */
const payable: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK
      DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
      KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
      PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
      USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'UYW',
}

/** Funds and units of account: they have a smallest unit, but nobody pays in them. What has none (gold, tests) is not here. */
const funds: Readonly<Record<number, string>> = {
  0: 'UYI',
  2: 'BOV CHE CHW COU MXV USN XAD',
  4: 'CLF',
}

const exponents = new Map([...entriesOf(payable), ...entriesOf(funds)])
const currencies: ReadonlySet<string> = new Set(entriesOf(payable).map(([code]) => code))

/** Whether people pay in it today: no withdrawn currency, fund, metal or test code. Codes are in capitals. */
export function isCurrency(code: string): boolean {
  return currencies.has(code)
}

/**
 * How many decimal places the smallest unit of a currency has: 2 for EUR and IDR, 0 for JPY, 3 for KWD. A withdrawn
 * currency, in which something was once paid, has those that it is shown with.
 */
export function exponentOf(code: string): number {
  return exponents.get(code) ?? shownDigitsOf(code)
}

/** How many decimal places people like to see (CLDR): none for IDR. */
export function shownDigitsOf(code: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2
}

function entriesOf(table: Readonly<Record<number, string>>): [code: string, exponent: number][] {
  return Object.entries(table).flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, Number(exponent)]),
  )
}
