import { applyConfigChange, applyFlagChange } from '@tikitu/kit/context/settings'
import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import {
  announceCancellation,
  announceCancellationRequest,
  announceDecision,
  announceFailedPayment,
  announceInvitation,
  announceIssue,
  announceRefund,
  announceRefundRequest,
  announceRejection,
  announceTickets,
} from './domain/announcements/announce.ts'
import {
  announceBankAccount,
  announceDocument,
  announcePartnerStatus,
} from './domain/announcements/announce-partner-news.ts'
import { applyRefundDecision } from './domain/announcements/refund-decision.ts'
import { applyPartner, applyUser } from './domain/projections/apply-facts.ts'
import { applyPerformance } from './domain/projections/apply-performance.ts'

/** What notification does on the facts of others. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': applyConfigChange,
  'admin.flagChanged': applyFlagChange,
  'booking.approvalRequested': announceCancellationRequest,
  'booking.performanceChanged': applyPerformance,
  'booking.rejected': announceRejection,
  'booking.ticketsCancelled': announceCancellation,
  'booking.ticketsIssued': announceTickets,
  'partner.applicationDecided': announceDecision,
  'partner.changed': applyPartner,
  'partner.bankAccountChanged': announceBankAccount,
  'partner.documentStatusChanged': announceDocument,
  'partner.memberInvited': announceInvitation,
  'partner.statusChanged': announcePartnerStatus,
  'payment.approvalRequested': announceRefundRequest,
  'payment.failed': announceFailedPayment,
  'payment.issueChanged': announceIssue,
  'payment.refundDecided': applyRefundDecision,
  'payment.refunded': announceRefund,
  'user.changed': applyUser,
}
