import type { EventHandlers } from '@tikitu/kit/inbox'
import { takeConfig, takeFlag } from '@tikitu/kit/settings'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { foldPartner } from './domain/fold-partner.ts'
import { foldUser } from './domain/fold-user.ts'
import { foldVenue } from './domain/fold-venue.ts'
import { keepLayout } from './domain/keep-layout.ts'
import { reviewBooking } from './domain/review-booking.ts'
import { takeCapturedPayment, takeRefusedPayment } from './domain/take-captured-payment.ts'
import { applyRefundDecision, foldRefund, takeRefund } from './domain/take-refund.ts'

/** What booking does on the facts of others. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': takeConfig,
  'admin.flagChanged': takeFlag,
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
