import type { Money } from '@tikitu/kit/base/money'
import { events } from '@tikitu/schema/events/registry'
import { money } from '@tikitu/schema/money'
import { z } from 'zod'
import { calendarAttachment } from './calendar-attachment.ts'
import { defineKind } from './kind.ts'
import { formatAmount, greeting, pageUrl, performancePhrases } from './phrases.ts'
import { sampleParties, samplePerformance } from './samples.ts'

const bookingPath = ({ bookingId }: { bookingId: string }): string => `/bookings/${bookingId}`

/** A payment that could not be turned into tickets and is refunded in full. */
export const bookingRejected = defineKind({
  category: 'TICKETS',
  channels: ['EMAIL', 'IN_APP', 'PUSH', 'SMS'],
  data: events['booking.rejected'].payload.extend({
    /** What payment has decided to give back; absent while it has not. */
    refund: money.nullish(),
  }),
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (rejected, reader) => ({
    ...greeting(reader),
    ...performancePhrases(rejected.showing, reader),
    reference: rejected.reference,
    total: formatAmount(rejected.total, reader),
    arePlacesTaken: rejected.reason === 'PLACES_TAKEN',
    isPerformanceCancelled: rejected.reason === 'PERFORMANCE_CANCELLED',
    areSalesEnded: rejected.reason === 'SALES_ENDED',
    isGivenUp: rejected.reason === 'BOOKING_CANCELLED',
    isLimitReached: rejected.reason === 'PLACE_LIMIT_REACHED',
    isPaidAlready: rejected.reason === 'ALREADY_PAID',
    isOther: rejected.reason === 'AMOUNT_MISMATCH' || rejected.reason === 'BOOKING_CLOSED',
    cancellationReason: rejected.cancellationReason ?? '',
    refund: rejected.refund ? formatAmount(rejected.refund, reader) : '',
    isRefundOpen: !rejected.refund,
    bookingUrl: pageUrl(reader, bookingPath(rejected)),
  }),
  required: ['eventTitle', 'total'],
  sample: {
    ...sampleParties,
    showing: samplePerformance,
    paymentId: 'pay_sample',
    total: { amountMinor: 9850, currency: 'EUR' },
    reason: 'PLACES_TAKEN',
    cancellationReason: null,
    refund: { amountMinor: 9850, currency: 'EUR' },
  },
})

const ticketsCancelledData = events['booking.ticketsCancelled'].payload.extend({
  /** Whether the refund amount is not decided yet. */
  isRefundOpen: z.boolean().default(false),
  /** Whether the reader has other tickets for the performance, of this booking or another. */
  hasOthers: z.boolean().default(false),
})

/** The amount refunded for the tickets before they were cancelled. */
function refundedBefore({ entitled, refund }: z.infer<typeof ticketsCancelledData>): Money {
  return { ...refund, amountMinor: Math.max(0, (entitled ?? refund).amountMinor - refund.amountMinor) }
}

/** Tickets were cancelled, with the refund. */
export const ticketsCancelled = defineKind({
  category: 'TICKETS',
  channels: ['EMAIL', 'IN_APP', 'PUSH', 'SMS'],
  data: ticketsCancelledData,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (cancelled, reader) => ({
    ...greeting(reader),
    ...performancePhrases(cancelled.showing, reader),
    reference: cancelled.reference,
    refund: cancelled.isRefundOpen ? '' : formatAmount(cancelled.refund, reader),
    isRefundOpen: cancelled.isRefundOpen,
    refundedBefore: cancelled.isRefundOpen ? '' : formatAmount(refundedBefore(cancelled), reader),
    isPerformanceCancelled: cancelled.cause === 'PERFORMANCE_CANCELLED',
    reason: cancelled.reason ?? '',
    isWhole: cancelled.isWhole,
    isOne: cancelled.placeLabels.length === 1,
    placeCount: cancelled.placeLabels.length,
    placeLabels: cancelled.placeLabels,
    bookingUrl: pageUrl(reader, bookingPath(cancelled)),
  }),
  required: ['eventTitle', 'placeLabels', 'refund'],
  attachments: async (cancelled, reader) => {
    const { showing, isWhole, hasOthers } = cancelled
    if (!isWhole || hasOthers) return []
    const facts = { performanceId: showing.performanceId, showing, organizer: null, url: '' }
    return calendarAttachment({ ...facts, isCancelled: true }, reader)
  },
  sample: {
    ...sampleParties,
    cancellationId: 'can_sample',
    showing: samplePerformance,
    paymentId: 'pay_sample',
    ticketIds: ['tkt_sample1'],
    placeLabels: ['Stalls, row C, seat 12'],
    refund: { amountMinor: 4000, currency: 'EUR' },
    entitled: { amountMinor: 4500, currency: 'EUR' },
    keptInAll: { amountMinor: 0, currency: 'EUR' },
    reason: 'Cancelled by you',
    cause: 'CUSTOMER',
    isWhole: false,
    isRefundOpen: false,
    hasOthers: false,
  },
})
