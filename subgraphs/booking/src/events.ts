import { applyConfigChange, applyFlagChange } from '@tikitu/kit/context/settings'
import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { applyCapturedPayment, applyRefusedPayment } from './domain/bookings/apply-captured-payment.ts'
import { applyCompletedRefund, applyRefund, applyRefundDecision } from './domain/bookings/apply-refund.ts'
import { reviewBooking } from './domain/bookings/review-booking.ts'
import { applyLayout } from './domain/projections/apply-layout.ts'
import { applyPartner } from './domain/projections/apply-partner.ts'
import { applyUser } from './domain/projections/apply-user.ts'
import { applyVenue } from './domain/projections/apply-venue.ts'

/** Handlers of other services' events. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': applyConfigChange,
  'admin.flagChanged': applyFlagChange,
  'payment.captured': applyCapturedPayment,
  'payment.issueChanged': reviewBooking,
  'payment.refundChanged': applyRefund,
  'payment.refundDecided': applyRefundDecision,
  'payment.refunded': applyCompletedRefund,
  'payment.refused': applyRefusedPayment,
  'partner.changed': applyPartner,
  'partner.venueChanged': applyVenue,
  'partner.layoutPublished': applyLayout,
  'user.changed': applyUser,
}
