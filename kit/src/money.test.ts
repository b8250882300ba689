import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addMoney,
  allocate,
  CurrencyMismatch,
  exponentOf,
  formatMoney,
  isCurrency,
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

test('knows currencies of no, two and three decimal places', () => {
  expect(['JPY', 'EUR', 'KWD'].map(exponentOf)).toEqual([0, 2, 3])
  expect(['EUR', 'eur', 'XXQ', 'EURO'].map(isCurrency)).toEqual([true, false, false, false])
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
