import type { PaymentRow } from '../../db/tables/payments.ts'

/** Who a payment concerns, as its events say it. */
export function partiesOf({ id: paymentId, bookingId, reference, userId, partnerId }: PaymentRow) {
  return { paymentId, bookingId, reference, userId, partnerId }
}
