import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cancellationFee, refundOfLine } from './cancellation-policy.ts'
import { priceLine, sumLines } from './price-lines.ts'

const rates = fc.record({
  currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
  feeMinor: fc.integer({ min: 0, max: 100_000 }),
  feeBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  taxBasisPoints: fc.integer({ min: 0, max: 10_000 }),
})
const prices = fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 20 })

test('gives back exactly what was paid when every line goes back, in any parts and any order', () => {
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
      expect(sums.totalMinor).toBe(each.reduce((sum, price) => sum + price, 0) + sums.feesMinor)
      for (const line of lines) expect(line.taxMinor).toBeLessThanOrEqual(line.priceMinor)
    }),
  )
})

test('never gives back more than was paid, nor less than nothing, whatever is kept', () => {
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
  expect(priceLine({ currency: 'EUR', feeMinor: 100, feeBasisPoints: 250, taxBasisPoints: 900 }, 0)).toEqual({
    priceMinor: 0,
    feeMinor: 0,
    taxMinor: 0,
  })
})

test('keeps nothing of what staff cancel, or of a performance that was moved', () => {
  const terms = { startsAt: new Date(), cancellationDeadlineHours: 24, cancellationFeeMinor: 300 }
  const policy = { ...terms, status: 'SCHEDULED' as const, isMoved: false }
  expect(cancellationFee(policy, false)).toBe(300)
  expect(cancellationFee(policy, true)).toBe(0)
  expect(cancellationFee({ ...policy, isMoved: true }, false)).toBe(0)
  expect(cancellationFee({ ...policy, status: 'RESCHEDULED' }, false)).toBe(300)
})
