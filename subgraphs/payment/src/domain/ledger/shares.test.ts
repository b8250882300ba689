import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharesOf } from './shares.ts'

/** A captured amount with matching fees and commission, and the refunds that return all of it. */
const refunded = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 45 }), ...[0, 1, 2, 3].map(() => fc.double({ min: 0, max: 1, noNaN: true })))
  .chain(([amountMinor, feeRate = 0, commissionRate = 0, taxRate = 0, feesTaxRate = 0]) => {
    const feesMinor = Math.floor(amountMinor * feeRate)
    const commissionMinor = Math.floor((amountMinor - feesMinor) * commissionRate)
    const feesTaxMinor = Math.floor(feesMinor * feesTaxRate)
    const taxMinor = feesTaxMinor + Math.floor((amountMinor - feesMinor) * taxRate)
    const payment = { amountMinor, feesMinor, commissionMinor, taxMinor, feesTaxMinor, splitsTax: true }
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: amountMinor }), { maxLength: 6 })
    return fc.tuple(fc.constant(payment), cuts)
  })

const parts = ['partner', 'partnerTax', 'fees', 'feesTax', 'commission'] as const

test('returns what each party received to the last unit, in any number of steps', () => {
  fc.assert(
    fc.property(refunded, ([payment, cuts]) => {
      const steps = [0, ...cuts.toSorted((a, b) => a - b), payment.amountMinor].map((minor) => sharesOf(payment, minor))
      for (const [index, step] of steps.entries()) {
        const before = steps[Math.max(0, index - 1)] ?? step
        for (const part of parts) expect(step[part]).toBeGreaterThanOrEqual(before[part])
      }
      const { amountMinor, feesMinor, commissionMinor, taxMinor, feesTaxMinor } = payment
      const grossPartner = amountMinor - feesMinor - commissionMinor
      // A commission may leave the partner less than the tax: then all that is left is tax.
      const partnerTax = Math.min(taxMinor - feesTaxMinor, grossPartner)
      expect(steps.at(0)).toEqual({ partner: 0, partnerTax: 0, fees: 0, feesTax: 0, commission: 0 })
      expect(steps.at(-1)).toEqual({
        partner: grossPartner - partnerTax,
        partnerTax,
        fees: feesMinor - feesTaxMinor,
        feesTax: feesTaxMinor,
        commission: commissionMinor,
      })
    }),
    { numRuns: 500 },
  )
})

test('divides every amount exactly', () => {
  const tax = { taxMinor: 1_437, feesTaxMinor: 191, splitsTax: true }
  const payment = { amountMinor: 10_000, feesMinor: 1_001, commissionMinor: 333, ...tax }
  for (const minor of [0, 1, 7, 4_999, 9_999, 10_000]) {
    const shares = sharesOf(payment, minor)
    expect(parts.reduce((sum, part) => sum + shares[part], 0)).toBe(minor)
  }
})

test('refunds no tax of a payment from before tax had accounts of its own', () => {
  const payment = { amountMinor: 10_000, feesMinor: 1_000, commissionMinor: 0, taxMinor: 1_437, feesTaxMinor: 0 }
  const whole = { partner: 9_000, partnerTax: 0, fees: 1_000, feesTax: 0, commission: 0 }
  expect(sharesOf({ ...payment, splitsTax: false }, 10_000)).toEqual(whole)
  expect(sharesOf({ ...payment, splitsTax: true }, 10_000)).toEqual({ ...whole, partner: 7_563, partnerTax: 1_437 })
})
