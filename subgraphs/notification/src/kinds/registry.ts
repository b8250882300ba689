import type { Kind } from '../db/columns.ts'
import { approvalRequested } from './approvals.ts'
import { bookingRejected, ticketsCancelled } from './bookings.ts'
import { custom } from './custom.ts'
import type { KindDefinition } from './kind.ts'
import { bankAccountChanged, documentStatusChanged, partnerStatusChanged } from './partner-news.ts'
import { applicationDecided, memberInvited } from './partners.ts'
import { paymentIssue } from './payment-issue.ts'
import { paymentFailed, paymentRefunded } from './payments.ts'
import { performanceChanged, performanceMoved } from './performances.ts'
import { ticketsIssued } from './tickets-issued.ts'

/** Every kind of message there is. */
export const kindDefinitions = {
  TICKETS_ISSUED: ticketsIssued,
  BOOKING_REJECTED: bookingRejected,
  TICKETS_CANCELLED: ticketsCancelled,
  PERFORMANCE_MOVED: performanceMoved,
  PERFORMANCE_CHANGED: performanceChanged,
  PAYMENT_FAILED: paymentFailed,
  PAYMENT_REFUNDED: paymentRefunded,
  PAYMENT_ISSUE: paymentIssue,
  APPROVAL_REQUESTED: approvalRequested,
  APPLICATION_DECIDED: applicationDecided,
  MEMBER_INVITED: memberInvited,
  PARTNER_STATUS_CHANGED: partnerStatusChanged,
  DOCUMENT_STATUS_CHANGED: documentStatusChanged,
  BANK_ACCOUNT_CHANGED: bankAccountChanged,
  CUSTOM: custom,
} as const satisfies Record<Kind, unknown>

/** A kind's definition, where only the row says which kind it is. Read the data with its `data` schema first. */
export function definitionOf(kind: Kind): KindDefinition {
  return kindDefinitions[kind] as unknown as KindDefinition
}
