import { z } from 'zod'
import { money } from '../money.ts'

/** RESCHEDULED has a new date; POSTPONED has none yet: `startsAt` is the date that was given up. */
const performanceStatus = z.enum(['SCHEDULED', 'RESCHEDULED', 'POSTPONED', 'CANCELLED'])

const showing = z.object({
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
  /** The performance's version and the number of its moves, as of these facts; absent in events from before moves were counted. */
  version: z.int().optional(),
  moveCount: z.int().optional(),
})

const parties = z.object({
  bookingId: z.string(),
  /** What people read out on the telephone: `K7QM-2F9D`. */
  reference: z.string(),
  /** The customer. */
  userId: z.string(),
  partnerId: z.string(),
})

const placed = parties.extend({ performanceId: z.string(), total: money, expiresAt: z.iso.datetime() })

const confirmed = parties.extend({
  showing,
  /** Null when there was nothing to pay. */
  paymentId: z.string().nullable(),
  total: money,
  ticketIds: z.array(z.string()),
})

/** Carries the tickets' secret codes: for the one service that brings them to their holder. */
const ticketsIssued = parties.extend({
  showing,
  total: money,
  /** What the total is made of, for the receipt: seats and fees add up to it, and `tax` is inside both. */
  receipt: z.object({ seats: money, fees: money, tax: money }).optional(),
  /** Until when tickets can be given back (null: they cannot), and what is kept of each; absent in events from before it was told. */
  returns: z.object({ until: z.iso.datetime().nullable(), kept: money }).optional(),
  /** The date that the customer agreed to when they placed the booking, and how often the performance had been moved by then. */
  bookedFor: z.object({ startsAt: z.iso.datetime(), moveCount: z.int() }).optional(),
  tickets: z.array(
    z.object({
      ticketId: z.string(),
      /** The signed code that a scanner reads, as the QR shows it. */
      code: z.string(),
      /** Where to sit or stand: `Stalls, row C, seat 12`. */
      placeLabel: z.string(),
      tierName: z.string(),
      attendeeName: z.string().nullable(),
      price: money,
      /** On top of the price; absent in events from before it was told. */
      fee: money.optional(),
      /** Inside the price and the fee. */
      tax: money.optional(),
    }),
  ),
})

/** An unpaid booking is over: it lapsed, its customer gave it up, or its performance was cancelled. No money is to be taken for it. */
const expired = parties.extend({ performanceId: z.string() })

/**
 * A payment that was captured does not confirm its booking, and all of it must go back: it came after the time to pay and the
 * places were gone (PLACES_TAKEN), after the last moment of the performance (SALES_ENDED), when the customer had as many places
 * as one person may (PLACE_LIMIT_REACHED), had given the booking up (BOOKING_CANCELLED) or had paid for it before (ALREADY_PAID),
 * when the performance was cancelled, was not the total, or found the booking closed for another reason.
 */
const rejected = parties.extend({
  showing,
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
  /** Why the performance was cancelled, in the organiser's words to the public, when that is why. */
  cancellationReason: z.string().nullish(),
})

const ticketsCancelled = parties.extend({
  cancellationId: z.string(),
  showing,
  paymentId: z.string().nullable(),
  ticketIds: z.array(z.string()),
  placeLabels: z.array(z.string()),
  /**
   * What goes back to the customer, as far as booking knows: what they are entitled to, less what went back before. May be
   * nothing. Payment has the last word: `payment.refundDecided`.
   */
  refund: money,
  /** Prices and fees less the cancellation fee, whatever went back before. Absent in older events: then it is `refund`. */
  entitled: money.nullish(),
  /** The cancellation fees of the booking so far, these tickets' included: what payment must not give back. */
  keptInAll: money.nullish(),
  /** For the customer to read: never what staff wrote for themselves. */
  reason: z.string().nullable(),
  /** Who ended the tickets, or why: the customer, staff or the partner, or because the performance does not take place. */
  cause: z.enum(['CUSTOMER', 'STAFF', 'PERFORMANCE_CANCELLED']).nullish(),
  /** Who did it; absent where the performance was cancelled before events said so. */
  cancelledBy: z.string().nullish(),
  /** The second person, where one was needed. */
  approvedBy: z.string().nullish(),
  /** The refund by staff that ends these tickets, when payment asked for it. */
  refundId: z.string().nullish(),
  /** Whether no valid ticket is left. */
  isWhole: z.boolean(),
})

/** Tickets that a refund by staff names cannot end: nothing was changed, and no money is to go back. */
const refundRefused = parties.extend({
  paymentId: z.string(),
  refundId: z.string(),
  /** TICKET_USED, TICKETS_GONE, PERFORMANCE_BEGUN, AMOUNT_ABOVE_TICKETS */
  code: z.string(),
  ticketIds: z.array(z.string()),
})

/** A cancellation by staff or a partner waits for a second person. */
const approvalRequested = z.object({
  requestId: z.string(),
  partnerId: z.string(),
  kind: z.enum(['TICKETS', 'PERFORMANCE', 'EVENT']),
  eventTitle: z.string(),
  /** What would go back, all in all. */
  amount: money,
  requestedBy: z.string(),
  /** Who can approve it. */
  approverIds: z.array(z.string()),
})

/** No longer sent: `admissionChanged` says more. Still read, as some may be under way. */
const ticketAdmitted = z.object({
  ticketId: z.string(),
  bookingId: z.string(),
  performanceId: z.string(),
  partnerId: z.string(),
  gate: z.string().nullable(),
  admittedAt: z.iso.datetime(),
})

/** Whether a ticket's guest was let in, after a scan or when an admission was taken back. Whole state: the highest `version` wins. */
const admissionChanged = z.object({
  ticketId: z.string(),
  version: z.int(),
  bookingId: z.string(),
  performanceId: z.string(),
  partnerId: z.string(),
  change: z.enum(['ADMITTED', 'LEFT', 'UNDONE']),
  /** How often the performance had been moved by then: a later move takes these admissions back. */
  moveCount: z.int(),
  /** Whether its guest is inside now. */
  isInside: z.boolean(),
  /** How many admissions stand: more than one when the guest went out and came back. */
  entries: z.int(),
  /** The first admission that stands; null when none does. */
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
  /** All of what follows is absent in events from before moves were counted: POSTPONED meant a new date then. */
  details: z
    .object({
      moveCount: z.int(),
      previousStartsAt: z.iso.datetime().nullable(),
      /** Why it was moved, as ticket holders will read it. */
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
