import { formatMoney, type Money } from '@tikitu/kit/base/money'
import { dateIn, formatLocaleOf, timeIn, wordsOf } from './words.ts'

/** On what terms its holder can give a ticket back, as long as its performance is not moved. */
export interface ReturnTerms {
  /** Null when they cannot. */
  until: string | null
  /** What is kept of each ticket. */
  kept: Money
}

/** The terms in a sentence or two, in the reader's language and the house's own time. */
export function returnsText(
  { until, kept }: ReturnTerms,
  { timeZone, locale }: { timeZone: string; locale: string },
): string {
  const { returns, noReturns } = wordsOf(locale)
  if (until === null) return noReturns
  const where = { timeZone, locale: formatLocaleOf(locale) }
  const amount = kept.amountMinor > 0 ? formatMoney(kept, where.locale) : ''
  return returns(`${dateIn(until, where)}, ${timeIn(until, where)}`, amount)
}
