import type { Money } from '@tikitu/kit/base/money'
import type { CaptureRow } from '../../db/tables/issues.ts'
import { isSameMoney } from './payment-state.ts'

/** A capture that the provider speaks of. */
export interface CaptureUpdate {
  attemptId: string | null
  amount: Money
  at: Date
}

/** A capture that is known. */
export type KnownCapture = Pick<CaptureRow, 'attemptKey' | 'amountMinor' | 'currency' | 'at'>

/** What a report of a capture is, beside those that are known. */
export type Verdict =
  /** Known, or older than what is known: it changes nothing. */
  | { is: 'REPEAT' }
  /** No capture by that attempt is known yet. `isFirst`: nor any other. */
  | { is: 'NEW'; isFirst: boolean; attemptKey: string }
  /** The provider now says another amount of a capture that is known. */
  | { is: 'CORRECTION'; attemptKey: string; before: KnownCapture }

/**
 * What a report of a capture is. An attempt is captured once; another attempt that was captured is other money. A report that
 * names no attempt speaks of the first one. Of two amounts for one attempt the later counts.
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

/** One that names no attempt is the first that is known; one that names an attempt is the nameless one, while there is one. */
function keyOf(known: readonly KnownCapture[], attemptId: string | null): string {
  if (attemptId === null) return known[0]?.attemptKey ?? ''
  if (known.some((capture) => capture.attemptKey === attemptId)) return attemptId
  return known.some((capture) => capture.attemptKey === '') ? '' : attemptId
}
