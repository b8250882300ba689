import { applyConfigChange, applyFlagChange } from '@tikitu/kit/context/settings'
import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { takeCapturedPayment, takeRefusedPayment } from './domain/bookings/apply-captured-payment.ts'
import { applyRefundDecision, foldRefund, takeRefund } from './domain/bookings/apply-refund.ts'
import { reviewBooking } from './domain/bookings/review-booking.ts'
import { keepLayout } from './domain/projections/apply-layout.ts'
import { foldPartner } from './domain/projections/apply-partner.ts'
import { foldUser } from './domain/projections/apply-user.ts'
import { foldVenue } from './domain/projections/apply-venue.ts'

/** Handlers of other services' events. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': applyConfigChange,
  'admin.flagChanged': applyFlagChange,
  'payment.captured': takeCapturedPayment,
  'payment.issueChanged': reviewBooking,
  'payment.refundChanged': foldRefund,
  'payment.refundDecided': applyRefundDecision,
  'payment.refunded': takeRefund,
  'payment.refused': takeRefusedPayment,
  'partner.changed': foldPartner,
  'partner.venueChanged': foldVenue,
  'partner.layoutPublished': keepLayout,
  'user.changed': foldUser,
}
