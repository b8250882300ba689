import type { Money } from '@tikitu/kit/base/money'
import type { CaptureRow } from '../../db/tables/issues.ts'
import { isSameMoney } from './payment-state.ts'

/** A capture in a provider's report. */
export interface CaptureUpdate {
  attemptId: string | null
  amount: Money
  at: Date
}

/** A capture already recorded. */
export type KnownCapture = Pick<CaptureRow, 'attemptKey' | 'amountMinor' | 'currency' | 'at'>

/** How a reported capture relates to the recorded ones. */
export type Verdict =
  /** Already recorded, or older than what is recorded: it changes nothing. */
  | { is: 'REPEAT' }
  /** The first capture of that attempt. `isFirst`: also of the payment. */
  | { is: 'NEW'; isFirst: boolean; attemptKey: string }
  /** A different amount for a recorded capture. */
  | { is: 'CORRECTION'; attemptKey: string; before: KnownCapture }

/**
 * Classifies a reported capture. An attempt is captured once; a capture of another attempt is other money. A report without
 * an attempt is about the first one. Of two amounts for one attempt the later counts.
 */
export function checkCapture(known: readonly KnownCapture[], { attemptId, amount, at }: CaptureUpdate): Verdict {
  const attemptKey = keyOf(known, attemptId)
  const ofAttempt = known.filter((capture) => capture.attemptKey === attemptKey)
  const before = ofAttempt.reduce<KnownCapture | null>(
    (latest, capture) => (latest && latest.at > capture.at ? latest : capture),
    null,
  )
  if (!before) return { is: 'NEW', isFirst: known.length === 0, attemptKey }
  if (ofAttempt.some((capture) => isSameMoney(capture, amount)) || at < before.at) return { is: 'REPEAT' }
  return { is: 'CORRECTION', attemptKey, before }
}

/**
 * A report without an attempt is about the first known one; one with an attempt is about the unnamed one, while there is
 * one.
 */
function keyOf(known: readonly KnownCapture[], attemptId: string | null): string {
  if (attemptId === null) return known[0]?.attemptKey ?? ''
  if (known.some((capture) => capture.attemptKey === attemptId)) return attemptId
  return known.some((capture) => capture.attemptKey === '') ? '' : attemptId
}
