import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharesOf } from './shares.ts'

/** A captured amount with fees and a commission that fit into it, and the refunds that give all of it back. */
const refunded = fc
  .tuple(
    fc.integer({ min: 1, max: 2 ** 45 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .chain(([amountMinor, feeRate, commissionRate]) => {
    const feesMinor = Math.floor(amountMinor * feeRate)
    const commissionMinor = Math.floor((amountMinor - feesMinor) * commissionRate)
    const payment = { amountMinor, feesMinor, commissionMinor }
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: amountMinor }), { maxLength: 6 })
    return fc.tuple(fc.constant(payment), cuts)
  })

test('gives back to the last unit what each had received, in however many steps', () => {
  fc.assert(
    fc.property(refunded, ([payment, cuts]) => {
      const steps = [0, ...cuts.toSorted((a, b) => a - b), payment.amountMinor].map((minor) => sharesOf(payment, minor))
      for (const [index, step] of steps.entries()) {
        const before = steps[Math.max(0, index - 1)] ?? step
        expect(step.partner).toBeGreaterThanOrEqual(before.partner)
        expect(step.fees).toBeGreaterThanOrEqual(before.fees)
        expect(step.commission).toBeGreaterThanOrEqual(before.commission)
      }
      const { amountMinor, feesMinor, commissionMinor } = payment
      expect(steps.at(0)).toEqual({ partner: 0, fees: 0, commission: 0 })
      expect(steps.at(-1)).toEqual({
        partner: amountMinor - feesMinor - commissionMinor,
        fees: feesMinor,
        commission: commissionMinor,
      })
    }),
    { numRuns: 500 },
  )
})

test('divides every amount without a remainder', () => {
  const payment = { amountMinor: 10_000, feesMinor: 1_001, commissionMinor: 333 }
  for (const minor of [0, 1, 7, 4_999, 9_999, 10_000]) {
    const { partner, fees, commission } = sharesOf(payment, minor)
    expect(partner + fees + commission).toBe(minor)
  }
})
