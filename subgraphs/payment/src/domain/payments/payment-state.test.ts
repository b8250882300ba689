import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { type PaymentState, reducePaymentState, statusOf } from './payment-state.ts'

const due = { amountMinor: 10_000, currency: 'EUR' }
const at = new Date('2027-03-01T10:00:00Z')
const codes = ['CARD_DECLINED', 'INSUFFICIENT_FUNDS', 'NOT_SENT']

function initial(attempts: number): PaymentState {
  return {
    attempts: Array.from({ length: attempts }, (_each, index) => ({
      id: `att_${index}`,
      status: 'SENT',
      failureCode: null,
      actionUrl: null,
    })),
    capturedAt: null,
    isInReview: false,
    isCancelled: false,
  }
}

function fold(attempts: number, reports: readonly PaymentUpdate[]): PaymentState {
  return reports.reduce(reducePaymentState, initial(attempts))
}

/** The reports that a provider may send about a payment with three attempts. */
const story = fc.constantFrom(10_000, 9_999).chain((capturedMinor) =>
  fc.array(
    fc.record({
      kind: fc.constant('payment' as const),
      paymentId: fc.constant('pay_1'),
      attemptId: fc.constantFrom('att_0', 'att_1', 'att_2', 'att_unknown', null),
      outcome: fc.constantFrom('REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED', 'CANCELLED' as const),
      amount: fc.constant({ amountMinor: capturedMinor, currency: 'EUR' }),
      failureCode: fc.option(fc.constantFrom(...codes)),
      actionUrl: fc.option(fc.constantFrom('https://bank.example/a', 'https://bank.example/b')),
      at: fc.constant(at),
    }) as fc.Arbitrary<PaymentUpdate>,
    { maxLength: 12 },
  ),
)

test('ends in the same state, whatever the order and repetition of reports', () => {
  const shuffled = story.chain((reports) =>
    fc.tuple(
      fc.constant(reports),
      fc.shuffledSubarray([...reports, ...reports], { minLength: reports.length * 2, maxLength: reports.length * 2 }),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([reports, again]) => {
      expect(fold(3, again)).toEqual(fold(3, reports))
    }),
    { numRuns: 1_000 },
  )
})

test('puts a capture before everything else, then a review', () => {
  fc.assert(
    fc.property(story, (reports) => {
      const state = fold(3, reports)
      expect(statusOf({ ...state, capturedAt: at })).toBe('CAPTURED')
      expect(statusOf({ ...state, isInReview: true })).toBe('NEEDS_REVIEW')
    }),
  )
})

test('lets the latest attempt decide while nothing is captured', () => {
  const report = (attemptId: string, outcome: PaymentUpdate['outcome']): PaymentUpdate => ({
    ...{ kind: 'payment', paymentId: 'pay_1', amount: due, actionUrl: null, failureCode: null, at },
    attemptId,
    outcome,
  })
  expect(statusOf(fold(0, []))).toBe('REQUIRES_METHOD')
  expect(statusOf(fold(1, []))).toBe('PROCESSING')
  expect(statusOf(fold(1, [report('att_0', 'REQUIRES_ACTION')]))).toBe('REQUIRES_ACTION')
  expect(statusOf(fold(1, [report('att_0', 'FAILED')]))).toBe('REQUIRES_METHOD')
  expect(statusOf(fold(2, [report('att_0', 'FAILED')]))).toBe('PROCESSING')
  expect(statusOf(fold(2, [report('att_1', 'FAILED')]))).toBe('REQUIRES_METHOD')
  expect(statusOf(fold(2, [report('att_1', 'FAILED'), report('att_0', 'CANCELLED')]))).toBe('CANCELLED')
})
