import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cancellationFee, refundOfLine } from '../catalogue/cancellation-policy.ts'
import { priceLine, sumLines } from './price-lines.ts'

const rates = fc.record({
  currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
  feeMinor: fc.integer({ min: 0, max: 100_000 }),
  feeBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  taxBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  feeTaxBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  taxMode: fc.constantFrom('INCLUDED' as const, 'ADDED' as const),
})
const tier = fc.record({
  priceMinor: fc.integer({ min: 0, max: 2_000_000_000 }),
  taxBasisPoints: fc.option(fc.integer({ min: 0, max: 10_000 })),
})
const prices = fc.array(tier, { minLength: 1, maxLength: 20 })

const terms = {
  currency: 'EUR',
  feeMinor: 100,
  feeBasisPoints: 250,
  taxBasisPoints: 1000,
  feeTaxBasisPoints: 2000,
  taxMode: 'INCLUDED' as const,
}

test('tax is inside prices and fees, each at its own rate', () => {
  expect(priceLine(terms, { priceMinor: 8800, taxBasisPoints: null })).toEqual({
    priceMinor: 8800,
    taxMinor: 800,
    feeMinor: 320,
    feeTaxMinor: 53,
    taxBasisPoints: 1000,
  })
  expect(priceLine(terms, { priceMinor: 8800, taxBasisPoints: 0 })).toMatchObject({ taxMinor: 0, feeTaxMinor: 53 })
})

test('tax that is added makes prices and fees higher by exactly itself', () => {
  expect(priceLine({ ...terms, taxMode: 'ADDED' }, { priceMinor: 8800, taxBasisPoints: 500 })).toEqual({
    priceMinor: 9240,
    taxMinor: 440,
    feeMinor: 384,
    feeTaxMinor: 64,
    taxBasisPoints: 500,
  })
})

test('the tax of a booking is that of its prices and its fees', () => {
  const lines = [8700, 8700].map((priceMinor) => priceLine(terms, { priceMinor, taxBasisPoints: null }))
  expect(sumLines(lines).taxMinor).toBe(lines.reduce((sum, line) => sum + line.taxMinor + line.feeTaxMinor, 0))
  expect(sumLines(lines)).toEqual({ totalMinor: 2 * (8700 + 318), feesMinor: 636, taxMinor: 2 * (791 + 53) })
})

test('refunds exactly the payment when every line is cancelled, in any parts and any order', () => {
  fc.assert(
    fc.property(rates, prices, fc.infiniteStream(fc.nat()), (terms, each, dice) => {
      const lines = each.map((price) => priceLine(terms, price))
      const { totalMinor } = sumLines(lines)
      let left = totalMinor
      const rest = [...lines]
      while (rest.length > 0) {
        const [line] = rest.splice((dice.next().value as number) % rest.length, 1)
        left -= refundOfLine(line as (typeof lines)[number], 0)
        expect(left).toBeGreaterThanOrEqual(0)
      }
      expect(left).toBe(0)
    }),
  )
})

test('adds up whole units only: total is prices and fees, and tax is inside the prices', () => {
  fc.assert(
    fc.property(rates, prices, (terms, each) => {
      const lines = each.map((price) => priceLine(terms, price))
      const sums = sumLines(lines)
      expect(Object.values(sums).every(Number.isSafeInteger)).toBe(true)
      expect(sums.totalMinor).toBe(lines.reduce((sum, line) => sum + line.priceMinor, 0) + sums.feesMinor)
      for (const line of lines) {
        expect(line.taxMinor).toBeLessThanOrEqual(line.priceMinor)
        expect(line.feeTaxMinor).toBeLessThanOrEqual(line.feeMinor)
      }
    }),
  )
})

test('never refunds more than was paid or less than zero, whatever the fee', () => {
  fc.assert(
    fc.property(rates, prices, fc.nat(), (terms, each, kept) => {
      for (const line of each.map((price) => priceLine(terms, price))) {
        const refund = refundOfLine(line, kept)
        expect(refund).toBe(Math.max(0, line.priceMinor + line.feeMinor - kept))
      }
    }),
  )
})

test('puts no fee on what is free', () => {
  const free = { priceMinor: 0, taxBasisPoints: null }
  expect(priceLine({ ...terms, taxMode: 'ADDED' }, free)).toMatchObject({
    priceMinor: 0,
    feeMinor: 0,
    taxMinor: 0,
    feeTaxMinor: 0,
  })
})

test('withholds no fee when staff cancel or the performance was moved', () => {
  const terms = { startsAt: new Date(), cancellationDeadlineHours: 24, cancellationFeeMinor: 300 }
  const policy = { ...terms, status: 'SCHEDULED' as const, isMoved: false }
  expect(cancellationFee(policy, false)).toBe(300)
  expect(cancellationFee(policy, true)).toBe(0)
  expect(cancellationFee({ ...policy, isMoved: true }, false)).toBe(0)
  expect(cancellationFee({ ...policy, status: 'RESCHEDULED' }, false)).toBe(300)
})
