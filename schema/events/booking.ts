import { z } from 'zod'
import { money } from '../money.ts'

/** RESCHEDULED has a new date; POSTPONED has none yet, and `startsAt` is the original one. */
const performanceStatus = z.enum(['SCHEDULED', 'RESCHEDULED', 'POSTPONED', 'CANCELLED'])

/** A performance as it was at the time of the event. */
const performanceSnapshot = z.object({
  eventId: z.string(),
  eventTitle: z.string(),
  performanceId: z.string(),
  startsAt: z.iso.datetime(),
  doorsAt: z.iso.datetime().nullable(),
  timeZone: z.string(),
  venueName: z.string(),
  venueCity: z.string(),
  venueAddressLines: z.array(z.string()),
  endsAt: z.iso.datetime().nullable().optional(),
  status: performanceStatus.optional(),
  /** The performance's version and number of moves; absent in events from before moves were counted. */
  version: z.int().optional(),
  moveCount: z.int().optional(),
})

const parties = z.object({
  bookingId: z.string(),
  /** Short reference for support and box office: `K7QM-2F9D`. */
  reference: z.string(),
  /** The customer. */
  userId: z.string(),
  partnerId: z.string(),
})

const placed = parties.extend({ performanceId: z.string(), total: money, expiresAt: z.iso.datetime() })

const confirmed = parties.extend({
  showing: performanceSnapshot,
  /** Null when there was nothing to pay. */
  paymentId: z.string().nullable(),
  total: money,
  ticketIds: z.array(z.string()),
})

/** Contains the tickets' secret codes, so it goes only to the service that delivers them. */
const ticketsIssued = parties.extend({
  showing: performanceSnapshot,
  total: money,
  /** Breakdown of the total for the receipt: seats plus fees; `tax` is included in both. */
  receipt: z.object({ seats: money, fees: money, tax: money }).optional(),
  /** Cancellation deadline (null: customers cannot cancel) and fee per ticket; absent in older events. */
  returns: z.object({ until: z.iso.datetime().nullable(), kept: money }).optional(),
  /** The date that the customer booked, and the number of moves at that time. */
  bookedFor: z.object({ startsAt: z.iso.datetime(), moveCount: z.int() }).optional(),
  tickets: z.array(
    z.object({
      ticketId: z.string(),
      /** Signed content of the QR code. */
      code: z.string(),
      /** Label of the seat: `Stalls, row C, seat 12`. */
      placeLabel: z.string(),
      tierName: z.string(),
      attendeeName: z.string().nullable(),
      price: money,
      /** On top of the price; absent in older events. */
      fee: money.optional(),
      /** Included in the price and the fee. */
      tax: money.optional(),
    }),
  ),
})

/** An unpaid booking has ended: it expired, or it or its performance was cancelled. It must no longer be charged. */
const expired = parties.extend({ performanceId: z.string() })

/**
 * A captured payment does not confirm its booking and must be refunded in full. It was late and the seats were gone (PLACES_TAKEN),
 * it came after the payment deadline of the performance (SALES_ENDED), the customer had reached the seats per person
 * (PLACE_LIMIT_REACHED), had cancelled the booking (BOOKING_CANCELLED) or had already paid (ALREADY_PAID), the performance was
 * cancelled, the amount differed from the total, or the booking was closed for another reason.
 */
const rejected = parties.extend({
  showing: performanceSnapshot,
  paymentId: z.string(),
  total: money,
  reason: z.enum([
    'PLACES_TAKEN',
    'PERFORMANCE_CANCELLED',
    'AMOUNT_MISMATCH',
    'SALES_ENDED',
    'BOOKING_CANCELLED',
    'PLACE_LIMIT_REACHED',
    'ALREADY_PAID',
    'BOOKING_CLOSED',
  ]),
  /** The organizer's public reason, if the performance was cancelled. */
  cancellationReason: z.string().nullish(),
})

const ticketsCancelled = parties.extend({
  cancellationId: z.string(),
  showing: performanceSnapshot,
  paymentId: z.string().nullable(),
  ticketIds: z.array(z.string()),
  placeLabels: z.array(z.string()),
  /**
   * Refund to the customer as far as booking knows: the entitled amount less earlier refunds; may be zero. Payment decides the final
   * amount: `payment.refundDecided`.
   */
  refund: money,
  /** Prices and fees less the cancellation fee, regardless of earlier refunds. Absent in older events: then it is `refund`. */
  entitled: money.nullish(),
  /** All cancellation fees of the booking so far, including these tickets'. Payment must not refund them. */
  keptInAll: money.nullish(),
  /** Shown to the customer; never an internal reason of staff. */
  reason: z.string().nullable(),
  /** Who cancelled the tickets: the customer, staff or the partner, or the cancelled performance. */
  cause: z.enum(['CUSTOMER', 'STAFF', 'PERFORMANCE_CANCELLED']).nullish(),
  /** The user who cancelled; absent in older events of cancelled performances. */
  cancelledBy: z.string().nullish(),
  /** The approver, if one was needed. */
  approvedBy: z.string().nullish(),
  /** The refund by staff that voids these tickets, if any. */
  refundId: z.string().nullish(),
  /** Whether no valid ticket of the booking is left. */
  isWhole: z.boolean(),
})

/** The tickets of a refund by staff cannot be voided. Nothing was changed, and nothing may be refunded. */
const refundRefused = parties.extend({
  paymentId: z.string(),
  refundId: z.string(),
  /** TICKET_USED, TICKETS_GONE, PERFORMANCE_BEGUN, AMOUNT_ABOVE_TICKETS */
  code: z.string(),
  ticketIds: z.array(z.string()),
})

/** A cancellation by staff or a partner needs a second person's approval. */
const approvalRequested = z.object({
  requestId: z.string(),
  partnerId: z.string(),
  kind: z.enum(['TICKETS', 'PERFORMANCE', 'EVENT']),
  eventTitle: z.string(),
  /** Maximum refund. */
  amount: money,
  requestedBy: z.string(),
  /** Users who can approve it. */
  approverIds: z.array(z.string()),
})

/** No longer sent; replaced by `admissionChanged`. Still handled, since some may be in flight. */
const ticketAdmitted = z.object({
  ticketId: z.string(),
  bookingId: z.string(),
  performanceId: z.string(),
  partnerId: z.string(),
  gate: z.string().nullable(),
  admittedAt: z.iso.datetime(),
})

/** The admission state of a ticket after a scan or an undone admission. Complete state: the highest `version` wins. */
const admissionChanged = z.object({
  ticketId: z.string(),
  version: z.int(),
  bookingId: z.string(),
  performanceId: z.string(),
  partnerId: z.string(),
  change: z.enum(['ADMITTED', 'LEFT', 'UNDONE']),
  /** Number of moves of the performance at that time; a later move undoes these admissions. */
  moveCount: z.int(),
  /** Whether the guest is inside. */
  isInside: z.boolean(),
  /** Number of admissions that were not undone; more than one after re-entry. */
  entries: z.int(),
  /** Time of the first of them; null when there is none. */
  admittedAt: z.iso.datetime().nullable(),
  gate: z.string().nullable(),
})

const eventChanged = z.object({
  eventId: z.string(),
  version: z.int(),
  partnerId: z.string(),
  title: z.string(),
  status: z.enum(['DRAFT', 'PUBLISHED', 'CANCELLED']),
})

const performanceChanged = z.object({
  performanceId: z.string(),
  version: z.int(),
  eventId: z.string(),
  eventTitle: z.string(),
  partnerId: z.string(),
  status: performanceStatus,
  startsAt: z.iso.datetime(),
  capacity: z.int(),
  /** Absent in events from before moves were counted, when POSTPONED meant a new date. */
  details: z
    .object({
      moveCount: z.int(),
      previousStartsAt: z.iso.datetime().nullable(),
      /** Reason for the move, shown to ticket holders. */
      moveReason: z.string().nullable(),
      doorsAt: z.iso.datetime().nullable(),
      endsAt: z.iso.datetime().nullable(),
      salesEndAt: z.iso.datetime(),
      timeZone: z.string(),
      venueName: z.string(),
      venueCity: z.string(),
      venueAddressLines: z.array(z.string()),
    })
    .optional(),
})

export const bookingEvents = {
  'booking.approvalRequested': { version: 1, payload: approvalRequested, to: ['notification'] },
  'booking.placed': { version: 1, payload: placed, to: ['admin'] },
  'booking.confirmed': { version: 1, payload: confirmed, to: ['admin', 'payment'] },
  'booking.ticketsIssued': { version: 1, payload: ticketsIssued, to: ['notification'] },
  'booking.expired': { version: 1, payload: expired, to: ['admin', 'payment'] },
  'booking.rejected': { version: 1, payload: rejected, to: ['admin', 'payment', 'notification'] },
  'booking.refundRefused': { version: 1, payload: refundRefused, to: ['admin', 'payment'] },
  'booking.ticketsCancelled': { version: 1, payload: ticketsCancelled, to: ['admin', 'payment', 'notification'] },
  'booking.ticketAdmitted': { version: 1, payload: ticketAdmitted, to: ['admin'] },
  'booking.admissionChanged': { version: 1, payload: admissionChanged, to: ['admin'] },
  'booking.eventChanged': { version: 1, payload: eventChanged, to: ['admin'] },
  'booking.performanceChanged': { version: 1, payload: performanceChanged, to: ['admin', 'notification'] },
} as const
