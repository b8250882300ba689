import type { EventHandlers } from '@tikitu/kit/inbox'
import { takeConfig, takeFlag } from '@tikitu/kit/settings'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { closeBooking } from './domain/close-booking.ts'
import { keepBookingOutcome } from './domain/keep-booking-outcome.ts'
import { keepPartner } from './domain/keep-partner.ts'
import { keepUser } from './domain/keep-user.ts'
import { refundCancelledTickets, refundRejectedBooking } from './domain/refund-booking.ts'
import { takeRefundRefused } from './domain/refund-tickets.ts'

/** What payment does on the facts of others. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': takeConfig,
  'admin.flagChanged': takeFlag,
  'user.changed': keepUser,
  'partner.changed': keepPartner,
  'booking.confirmed': keepBookingOutcome,
  'booking.expired': closeBooking,
  'booking.refundRefused': takeRefundRefused,
  'booking.rejected': refundRejectedBooking,
  'booking.ticketsCancelled': refundCancelledTickets,
}
