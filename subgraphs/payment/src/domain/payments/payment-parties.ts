import type { PaymentRow } from '../../db/tables/payments.ts'

/** The ids in every event of a payment. */
export function partiesOf({ id: paymentId, bookingId, reference, userId, partnerId }: PaymentRow) {
  return { paymentId, bookingId, reference, userId, partnerId }
}
