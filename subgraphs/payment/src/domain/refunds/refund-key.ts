import type { RefundRow } from '../../db/tables/payments.ts'

/**
 * The refund's key at the provider. Each attempt has its own, as a provider answers a repeated key with the first result.
 */
export function refundKeyOf({ id, attempt }: Pick<RefundRow, 'id' | 'attempt'>): string {
  return attempt === 1 ? id : `${id}~${attempt}`
}

/** The refund and attempt of a provider's key. */
export function readRefundKey(key: string): { refundId: string; attempt: number } {
  const [refundId = '', attempt] = key.split('~')
  const number = Number(attempt ?? 1)
  return { refundId, attempt: Number.isSafeInteger(number) && number > 0 && number < 2 ** 31 ? number : 0 }
}
