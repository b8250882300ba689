import { applyConfigChange, applyFlagChange } from '@tikitu/kit/context/settings'
import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { closeBooking } from './domain/payments/close-booking.ts'
import { applyBookingOutcome } from './domain/projections/apply-booking-outcome.ts'
import { applyPartner } from './domain/projections/apply-partner.ts'
import { applyUser } from './domain/projections/apply-user.ts'
import { refundCancelledTickets, refundRejectedBooking } from './domain/refunds/refund-booking.ts'
import { applyRefundRefused } from './domain/refunds/refund-tickets.ts'

/** Handlers of other services' events. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': applyConfigChange,
  'admin.flagChanged': applyFlagChange,
  'user.changed': applyUser,
  'partner.changed': applyPartner,
  'booking.confirmed': applyBookingOutcome,
  'booking.expired': closeBooking,
  'booking.refundRefused': applyRefundRefused,
  'booking.rejected': refundRejectedBooking,
  'booking.ticketsCancelled': refundCancelledTickets,
}
