import type { RefundRow } from '../../db/tables/payments.ts'

/** What the provider knows a refund by. Each try has a key of its own, as a provider answers a repeated one with the first. */
export function refundKeyOf({ id, attempt }: Pick<RefundRow, 'id' | 'attempt'>): string {
  return attempt === 1 ? id : `${id}~${attempt}`
}

/** Which refund, and which try, a provider speaks of. */
export function readRefundKey(key: string): { refundId: string; attempt: number } {
  const [refundId = '', attempt] = key.split('~')
  const number = Number(attempt ?? 1)
  return { refundId, attempt: Number.isSafeInteger(number) && number > 0 && number < 2 ** 31 ? number : 0 }
}
