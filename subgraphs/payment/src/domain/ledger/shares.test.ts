import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PaymentRow } from '../../db/tables/payments.ts'
import { creditParties, debitParties, debitsOf } from './ledger.ts'
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

test('credits a capture and debits its refunds so that each step balances and every account ends at zero', () => {
  fc.assert(
    fc.property(refunded, ([basis, cuts]) => {
      let payment = { ...basis, partnerId: 'ptr_1', debitedMinor: 0, refundedForTicketsMinor: 0 } as PaymentRow
      const accounts = new Map<string, number>()
      const post = (lines: ReturnType<typeof creditParties>) => {
        for (const { kind, amountMinor } of lines) accounts.set(kind, (accounts.get(kind) ?? 0) + amountMinor)
        return lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
      }
      expect(post(creditParties(payment, basis.amountMinor))).toBe(-basis.amountMinor)
      expect((accounts.get('PLATFORM_TAX') ?? 0) + basis.feesTaxMinor).toBe(0)
      expect((accounts.get('PLATFORM_COMMISSION') ?? 0) + basis.commissionMinor).toBe(0)
      const steps = [0, ...cuts.toSorted((a, b) => a - b), basis.amountMinor]
      for (const [index, end] of steps.entries()) {
        const taken = {
          amountMinor: end - (steps[index - 1] ?? 0),
          cause: 'TICKETS_CANCELLED',
          tickets: 'ALL',
        } as const
        expect(post(debitParties(payment, taken))).toBe(taken.amountMinor)
        payment = { ...payment, ...debitsOf(payment, taken) }
      }
      expect([...accounts.values()].filter((minor) => minor !== 0)).toEqual([])
      expect([payment.debitedMinor, payment.refundedForTicketsMinor]).toEqual([basis.amountMinor, basis.amountMinor])
    }),
    { numRuns: 300 },
  )
})

test('debits goodwill from the partner alone, and only goodwill', () => {
  const tax = { taxMinor: 1_437, feesTaxMinor: 191, splitsTax: true }
  const basis = { amountMinor: 10_000, feesMinor: 1_001, commissionMinor: 333, ...tax }
  const payment = { ...basis, partnerId: 'ptr_1', debitedMinor: 200, refundedForTicketsMinor: 100 } as PaymentRow
  const movedBy = (taken: Parameters<typeof debitParties>[1]) =>
    debitParties(payment, taken).filter(({ amountMinor }) => amountMinor !== 0)
  const goodwill = { amountMinor: 500, cause: 'STAFF', tickets: 'NONE' } as const
  expect(movedBy(goodwill)).toEqual([{ kind: 'PARTNER_PAYABLE', owner: 'ptr_1', amountMinor: 500 }])
  expect(debitsOf(payment, goodwill)).toEqual({ debitedMinor: 700, refundedForTicketsMinor: 100 })
  expect(movedBy({ ...goodwill, tickets: 'ALL' })).toHaveLength(5)
  expect(movedBy({ ...goodwill, cause: 'TICKETS_CANCELLED' })).toHaveLength(5)
  expect(debitsOf(payment, { ...goodwill, cause: 'TICKETS_CANCELLED' }).refundedForTicketsMinor).toBe(600)
})
