import type { EventHandlers } from '@tikitu/kit/inbox'
import { takeConfig, takeFlag } from '@tikitu/kit/settings'
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
} from './domain/announce.ts'
import { announceBankAccount, announceDocument, announcePartnerStatus } from './domain/announce-partner-news.ts'
import { takeRefundDecision } from './domain/refund-decision.ts'
import { takePartner, takeUser } from './domain/take-facts.ts'
import { takePerformance } from './domain/take-performance.ts'

/** What notification does on the facts of others. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': takeConfig,
  'admin.flagChanged': takeFlag,
  'booking.approvalRequested': announceCancellationRequest,
  'booking.performanceChanged': takePerformance,
  'booking.rejected': announceRejection,
  'booking.ticketsCancelled': announceCancellation,
  'booking.ticketsIssued': announceTickets,
  'partner.applicationDecided': announceDecision,
  'partner.changed': takePartner,
  'partner.bankAccountChanged': announceBankAccount,
  'partner.documentStatusChanged': announceDocument,
  'partner.memberInvited': announceInvitation,
  'partner.statusChanged': announcePartnerStatus,
  'payment.approvalRequested': announceRefundRequest,
  'payment.failed': announceFailedPayment,
  'payment.issueChanged': announceIssue,
  'payment.refundDecided': takeRefundDecision,
  'payment.refunded': announceRefund,
  'user.changed': takeUser,
}
