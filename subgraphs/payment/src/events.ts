import { takeConfig, takeFlag } from '@tikitu/kit/context/settings'
import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { closeBooking } from './domain/payments/close-booking.ts'
import { keepBookingOutcome } from './domain/projections/apply-booking-outcome.ts'
import { keepPartner } from './domain/projections/apply-partner.ts'
import { keepUser } from './domain/projections/apply-user.ts'
import { refundCancelledTickets, refundRejectedBooking } from './domain/refunds/refund-booking.ts'
import { takeRefundRefused } from './domain/refunds/refund-tickets.ts'

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
