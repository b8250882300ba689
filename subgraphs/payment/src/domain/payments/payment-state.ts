import type { Money } from '@tikitu/kit/base/money'
import type { PaymentAttemptRow, PaymentRow } from '../../db/tables/payments.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'

/** What is known of one attempt. */
export type AttemptState = Pick<PaymentAttemptRow, 'id' | 'status' | 'failureCode' | 'actionUrl'>

/** What is known of a payment: everything that a provider's reports can change. */
export interface PaymentState {
  /** In the order they were made. */
  attempts: readonly AttemptState[]
  /** When what was due, or what staff took in its place, was captured. What a capture does is judged apart: `checkCapture`. */
  capturedAt: Date | null
  /** Whether the provider captured something else than was due, and nobody has decided on it. */
  isInReview: boolean
  isCancelled: boolean
}

/** A report that speaks of an attempt. */
type AttemptUpdate = PaymentUpdate & { outcome: Exclude<PaymentUpdate['outcome'], 'CANCELLED'> }

/** How far an attempt has come. What it has reached it never loses, so late and repeated reports change nothing. */
const progress: readonly AttemptState['status'][] = ['SENT', 'REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED']

/**
 * The state, with one report taken in. Reports may come in any order and any number of times: each is joined to what is
 * known, and the result is the same.
 */
export function reducePaymentState(state: PaymentState, update: PaymentUpdate): PaymentState {
  const { outcome } = update
  if (outcome === 'CANCELLED') return { ...state, isCancelled: true }
  const attempts = state.attempts.map((attempt) =>
    attempt.id === update.attemptId ? join(attempt, { ...update, outcome }) : attempt,
  )
  return { ...state, attempts }
}

/** What the payment's status is: money that was taken outweighs everything, then the latest attempt decides. */
export function statusOf(state: PaymentState): PaymentRow['status'] {
  if (state.capturedAt) return 'CAPTURED'
  if (state.isInReview) return 'NEEDS_REVIEW'
  if (state.isCancelled) return 'CANCELLED'
  const latest = state.attempts.at(-1)
  if (!latest || latest.status === 'FAILED') return 'REQUIRES_METHOD'
  return latest.status === 'REQUIRES_ACTION' ? 'REQUIRES_ACTION' : 'PROCESSING'
}

/** Whether two amounts are the same, currency included. */
export function isSameMoney(a: Money, b: Money): boolean {
  return a.amountMinor === b.amountMinor && a.currency === b.currency
}

function join(attempt: AttemptState, update: AttemptUpdate): AttemptState {
  return {
    id: attempt.id,
    status: progress[Math.max(progress.indexOf(attempt.status), progress.indexOf(update.outcome))] ?? attempt.status,
    failureCode: firstText(attempt.failureCode, update.failureCode),
    actionUrl: firstText(attempt.actionUrl, update.actionUrl),
  }
}

/** Which of two contradicting texts is kept must not hang on which came first. */
function firstText(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
