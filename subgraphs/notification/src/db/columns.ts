/** Ways to reach somebody. */
export const channels = ['EMAIL', 'IN_APP', 'PUSH', 'SMS'] as const

/** What messages are about, as people choose between them. */
export const categories = ['TICKETS', 'PAYMENTS', 'PARTNER', 'ANNOUNCEMENTS', 'MARKETING'] as const

/** What a message says. Each has templates of its own. */
export const kinds = [
  'TICKETS_ISSUED',
  'BOOKING_REJECTED',
  'TICKETS_CANCELLED',
  'PERFORMANCE_MOVED',
  'PERFORMANCE_CHANGED',
  'PAYMENT_FAILED',
  'PAYMENT_REFUNDED',
  'PAYMENT_ISSUE',
  'APPROVAL_REQUESTED',
  'APPLICATION_DECIDED',
  'MEMBER_INVITED',
  'PARTNER_STATUS_CHANGED',
  'DOCUMENT_STATUS_CHANGED',
  'BANK_ACCOUNT_CHANGED',
  'CUSTOM',
] as const

/** Where a message is on its way. */
export const statuses = [
  'CREATED',
  'SCHEDULED',
  'QUEUED',
  'SENDING',
  'SENT',
  'DELIVERED',
  'BOUNCED',
  'COMPLAINED',
  'SKIPPED',
  'MERGED',
  'RETRY_WAIT',
  'FAILED',
] as const

/** Why a message was not sent. */
export const skipReasons = [
  'CHANNEL_OFF',
  'PREFERENCE_OFF',
  'NO_CONSENT',
  'SUPPRESSED',
  'NO_ADDRESS',
  'RECIPIENT_SUSPENDED',
  'NOT_RELEVANT',
] as const

export type Channel = (typeof channels)[number]
export type Category = (typeof categories)[number]
export type Kind = (typeof kinds)[number]
export type Status = (typeof statuses)[number]
export type SkipReason = (typeof skipReasons)[number]
