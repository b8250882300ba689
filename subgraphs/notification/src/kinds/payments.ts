import { events, type Payload } from '@tikitu/schema/events/registry'
import { defineKind, type Reader } from './kind.ts'
import { amountIn, dateIn, greeting, pageUrl } from './phrases.ts'
import { sampleParties } from './samples.ts'

const bookingPath = ({ bookingId }: { bookingId: string }): string => `/bookings/${bookingId}`

const utc = ({ locale }: Reader) => ({ locale, timeZone: 'UTC' })

/** Money that was never due is no part of what was refunded of the price. */
function isMoreThanThis({ cause, amount, refundedInAll }: Payload<'payment.refunded'>): boolean {
  return cause !== 'PAYMENT_ISSUE' && refundedInAll.amountMinor > amount.amountMinor
}

/** The last attempt to pay did not work. Told after some minutes only, as most people try another card at once. */
export const paymentFailed = defineKind({
  category: 'PAYMENTS',
  channels: ['EMAIL', 'IN_APP', 'PUSH'],
  data: events['payment.failed'].payload,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (failed, reader) => ({
    ...greeting(reader),
    reference: failed.reference,
    amount: amountIn(failed.amount, reader),
    isDeclined: failed.code === 'CARD_DECLINED',
    hasTooLittleMoney: failed.code === 'INSUFFICIENT_FUNDS',
    bookingUrl: pageUrl(reader, bookingPath(failed)),
  }),
  required: ['amount', 'reference'],
  delayMinutes: 5,
  sample: {
    ...sampleParties,
    paymentId: 'pay_sample',
    amount: { amountMinor: 9850, currency: 'EUR' },
    code: 'CARD_DECLINED',
  },
})

/** Money has gone back. */
export const paymentRefunded = defineKind({
  category: 'PAYMENTS',
  channels: ['EMAIL', 'IN_APP', 'PUSH'],
  data: events['payment.refunded'].payload,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (refunded, reader) => ({
    ...greeting(reader),
    reference: refunded.reference,
    amount: amountIn(refunded.amount, reader),
    refundedInAll: amountIn(refunded.refundedInAll, reader),
    isMoreThanThis: isMoreThanThis(refunded),
    isForCancelledTickets: refunded.cause === 'TICKETS_CANCELLED',
    isForRejectedBooking: refunded.cause === 'BOOKING_REJECTED',
    wasNotDue: refunded.cause === 'PAYMENT_ISSUE',
    transferReference: refunded.transfer?.reference ?? '',
    transferDate: refunded.transfer ? dateIn(`${refunded.transfer.sentOn}T12:00:00Z`, utc(reader)) : '',
    bookingUrl: pageUrl(reader, bookingPath(refunded)),
  }),
  required: ['amount', 'reference'],
  sample: {
    ...sampleParties,
    paymentId: 'pay_sample',
    refundId: 'rfd_sample',
    amount: { amountMinor: 4000, currency: 'EUR' },
    cause: 'TICKETS_CANCELLED',
    causeId: 'can_sample',
    refundedInAll: { amountMinor: 4000, currency: 'EUR' },
  },
})
