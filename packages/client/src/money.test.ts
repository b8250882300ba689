import { expect, test } from 'vitest'
import { decimalOf, exponentOf, formatMoney } from './money.ts'

const spaced = (text: string) => text.replace(/\s/g, ' ')

test.each([
  [1_250, 'EUR', 'de-AT', '€ 12,50'],
  [1_250, 'EUR', 'en', '€12.50'],
  [-1_250, 'EUR', 'en', '-€12.50'],
  [1_250, 'JPY', 'en', '¥1,250'],
  [1_250, 'KWD', 'en', 'KWD 1.250'],
  [10_000_000, 'IDR', 'id', 'Rp 100.000'],
  [10_000_050, 'IDR', 'id', 'Rp 100.000,50'],
  [5, 'USD', 'en', '$0.05'],
  [Number.MAX_SAFE_INTEGER, 'USD', 'en', '$90,071,992,547,409.91'],
])('%i %s in %s is %s', (...[amountMinor, currency, locale, expected]) => {
  expect(spaced(formatMoney({ amountMinor, currency }, locale))).toBe(expected)
})

test('has a locale of its own when none is given', () => {
  expect(formatMoney({ amountMinor: 1_250, currency: 'EUR' })).toContain('12')
})

test('counts in the smallest unit of ISO 4217', () => {
  expect(['EUR', 'IDR', 'HUF', 'JPY', 'KWD', 'UYW'].map(exponentOf)).toEqual([2, 2, 2, 0, 3, 4])
  expect(decimalOf({ amountMinor: -5, currency: 'KWD' })).toBe('-0.005')
})
