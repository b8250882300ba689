import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addMoney,
  allocate,
  CurrencyMismatch,
  decimalOf,
  formatMoney,
  type Money,
  percentOf,
  sumMoney,
  taxWithin,
} from './money.ts'

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const amounts = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map(eur)
const weights = fc
  .array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 30 })
  .filter((list) => list.some((w) => w > 0))

test('splits an amount into parts that add up to it exactly', () => {
  fc.assert(
    fc.property(amounts, weights, (amount, list) => {
      expect(sumMoney(allocate(amount, list), 'EUR')).toEqual(amount)
    }),
  )
})

test('gives each part its fair share to within one unit, and nothing to a weight of zero', () => {
  fc.assert(
    fc.property(amounts, weights, (amount, list) => {
      const total = list.reduce((sum, weight) => sum + weight, 0)
      allocate(amount, list).forEach((part, index) => {
        const fair = (amount.amountMinor * (list[index] ?? 0)) / total
        expect(Math.abs(part.amountMinor - fair)).toBeLessThan(1)
      })
    }),
  )
})

test('gives the left-over units to the largest remainders, the earlier first', () => {
  expect(allocate(eur(100), [1, 1, 1]).map((part) => part.amountMinor)).toEqual([34, 33, 33])
  expect(allocate(eur(-100), [1, 1, 1]).map((part) => part.amountMinor)).toEqual([-34, -33, -33])
})

test('refuses to allocate by nothing', () => {
  expect(() => allocate(eur(1), [0])).toThrow(RangeError)
  expect(() => allocate(eur(1), [])).toThrow(RangeError)
  expect(() => allocate(eur(1), [0.5])).toThrow(RangeError)
})

test('never adds different currencies', () => {
  expect(() => addMoney(eur(1), { amountMinor: 1, currency: 'USD' })).toThrow(CurrencyMismatch)
})

test('rounds a percentage half away from zero', () => {
  expect([percentOf(eur(50), 100), percentOf(eur(49), 100), percentOf(eur(-50), 100)]).toEqual([
    eur(1),
    eur(0),
    eur(-1),
  ])
})

test('finds the tax inside a gross price', () => {
  expect(taxWithin(eur(1190), 1900)).toEqual(eur(190))
})

test('writes amounts as the locale does', () => {
  expect(formatMoney(eur(1250), 'en')).toBe('€12.50')
  expect(formatMoney({ amountMinor: 1250, currency: 'JPY' }, 'en')).toBe('¥1,250')
})

const inMinor = (amountMinor: number, currency: string) => ({ amountMinor, currency })

test('divides by the smallest unit, and shows the digits that people like to see', () => {
  const told = (amount: Money, locale: string) => formatMoney(amount, locale).replace(/\s/g, ' ')
  expect(told(inMinor(26_125_000, 'IDR'), 'id-ID')).toBe('Rp 261.250')
  expect(told(inMinor(26_125_000, 'IDR'), 'en')).toBe('IDR 261,250')
  expect(told(inMinor(1_299_000, 'HUF'), 'hu')).toBe('12 990 Ft')
  expect(told(inMinor(12_345, 'KWD'), 'en')).toBe('KWD 12.345')
  expect(told(inMinor(5_000_000, 'COP'), 'es-CO')).toBe('$ 50.000')
  expect(told(inMinor(25_000, 'UGX'), 'en')).toBe('UGX 25,000')
  expect(told(inMinor(25_000, 'IQD'), 'en')).toBe('IQD 25')
  expect(told(inMinor(1_234_567, 'UYW'), 'en')).toBe('UYW 123.4567')
})

test('never hides a part of the amount', () => {
  expect(formatMoney(inMinor(26_125_050, 'IDR'), 'en').replace(/\s/g, ' ')).toBe('IDR 261,250.50')
  expect(formatMoney(inMinor(25_500, 'IQD'), 'en').replace(/\s/g, ' ')).toBe('IQD 25.500')
})

test('writes the largest amounts to their last digit, and amounts below zero', () => {
  expect(formatMoney(eur(9_007_199_254_740_991), 'en')).toBe('€90,071,992,547,409.91')
  expect(formatMoney(eur(-5), 'en')).toBe('-€0.05')
  expect([inMinor(-5, 'EUR'), inMinor(0, 'JPY'), inMinor(7, 'KWD')].map(decimalOf)).toEqual(['-0.05', '0', '0.007'])
})
