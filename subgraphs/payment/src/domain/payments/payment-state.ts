import type { Money } from '@tikitu/kit/base/money'
import type { PaymentAttemptRow, PaymentRow } from '../../db/tables/payments.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'

/** The known state of an attempt. */
export type AttemptState = Pick<PaymentAttemptRow, 'id' | 'status' | 'failureCode' | 'actionUrl'>

/** The state of a payment, as far as a provider's reports change it. */
export interface PaymentState {
  /** Oldest first. */
  attempts: readonly AttemptState[]
  /** When the amount due, or the amount that staff accepted, was captured. See `checkCapture`. */
  capturedAt: Date | null
  /** Whether a wrong amount was captured and awaits a decision. */
  isInReview: boolean
  isCancelled: boolean
}

/** A report about an attempt. */
type AttemptUpdate = PaymentUpdate & { outcome: Exclude<PaymentUpdate['outcome'], 'CANCELLED'> }

/** The progress of an attempt. It never goes back, so late and repeated reports change nothing. */
const progress: readonly AttemptState['status'][] = ['SENT', 'REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED']

/** The state after a report. Reports may arrive in any order and any number of times: the result is the same. */
export function reducePaymentState(state: PaymentState, update: PaymentUpdate): PaymentState {
  const { outcome } = update
  if (outcome === 'CANCELLED') return { ...state, isCancelled: true }
  const attempts = state.attempts.map((attempt) =>
    attempt.id === update.attemptId ? join(attempt, { ...update, outcome }) : attempt,
  )
  return { ...state, attempts }
}

/** The payment's status: a capture outweighs everything, otherwise the latest attempt decides. */
export function statusOf(state: PaymentState): PaymentRow['status'] {
  if (state.capturedAt) return 'CAPTURED'
  if (state.isInReview) return 'NEEDS_REVIEW'
  if (state.isCancelled) return 'CANCELLED'
  const latest = state.attempts.at(-1)
  if (!latest || latest.status === 'FAILED') return 'REQUIRES_METHOD'
  return latest.status === 'REQUIRES_ACTION' ? 'REQUIRES_ACTION' : 'PROCESSING'
}

/** Whether two amounts are equal, including the currency. */
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

/** The choice between contradicting texts must not depend on their order. */
function firstText(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
