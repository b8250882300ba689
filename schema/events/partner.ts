import { z } from 'zod'
import { layoutDocument } from '../layout.ts'

export const partnerRole = z.enum(['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'])

/** The complete state of a partner: the highest `version` wins. */
const changed = z.object({
  partnerId: z.string(),
  version: z.int(),
  name: z.string(),
  status: z.enum([
    'DRAFT',
    'SUBMITTED',
    'UNDER_REVIEW',
    'CHANGES_REQUESTED',
    'REJECTED',
    'VERIFIED',
    'RESTRICTED',
    'SUSPENDED',
    'TERMINATED',
  ]),
  maySell: z.boolean(),
  mayBePaidOut: z.boolean(),
  /** When payouts to the bank account in use start; null when there is none. Absent in older events. */
  payoutsFrom: z.iso.datetime().nullable().optional(),
  members: z.array(z.object({ userId: z.string(), role: partnerRole })),
})

/** An application was decided. Its owners are notified. */
const applicationDecided = z.object({
  partnerId: z.string(),
  name: z.string(),
  decision: z.enum(['VERIFIED', 'CHANGES_REQUESTED', 'REJECTED']),
  reason: z.string().nullable(),
  ownerIds: z.array(z.string()),
})

/** The people of a partner to notify: its owners and managers. */
const people = { partnerId: z.string(), name: z.string(), memberIds: z.array(z.string()) }

/** Staff or an expired document changed a partner's rights. Its people are notified. */
const statusChanged = z.object({
  ...people,
  from: z.enum(['VERIFIED', 'RESTRICTED', 'SUSPENDED']),
  status: z.enum(['VERIFIED', 'RESTRICTED', 'SUSPENDED', 'TERMINATED']),
  reason: z.string().nullable(),
})

/** A document was reviewed, expires soon, or has expired. */
const documentStatusChanged = z.object({
  ...people,
  documentId: z.string(),
  kind: z.enum(['BUSINESS_REGISTRATION', 'IDENTITY', 'PROOF_OF_ADDRESS', 'TAX_CERTIFICATE', 'BANK_STATEMENT', 'OTHER']),
  status: z.enum(['APPROVED', 'REJECTED', 'EXPIRING', 'EXPIRED']),
  reason: z.string().nullable(),
  /** The last day on which it is or was valid. */
  validUntil: z.iso.date().nullable(),
  /** The day on which the partner's sales stop unless it is replaced; null when they do not. */
  restrictedFrom: z.iso.date().nullable(),
})

/** A partner's bank account changes. All its people are notified at once, as an intruder may be doing it. */
const bankAccountChanged = z.object({
  ...people,
  bankAccountId: z.string(),
  status: z.enum(['PROPOSED', 'IN_USE', 'WITHDRAWN']),
  country: z.string(),
  lastFour: z.string(),
  changedAt: z.iso.datetime(),
  /** When payouts to it start; null until it is confirmed. */
  payoutsFrom: z.iso.datetime().nullable(),
})

/** Contains the invitation's secret, so it goes to the service that mails it and to no other. */
const memberInvited = z.object({
  partnerId: z.string(),
  partnerName: z.string(),
  memberId: z.string(),
  email: z.string(),
  role: partnerRole,
  /** The secret that `acceptInvitation` takes. */
  token: z.string(),
  expiresAt: z.iso.datetime(),
})

/** The complete state of a venue: the highest `version` wins. */
const venueChanged = z.object({
  venueId: z.string(),
  version: z.int(),
  partnerId: z.string(),
  name: z.string(),
  city: z.string(),
  /** ISO 3166-1 alpha-2. */
  country: z.string(),
  addressLines: z.array(z.string()),
  timeZone: z.string(),
  /** How the latest change of the time zone affects upcoming performances; absent in older events. */
  performanceTimes: z.enum(['KEEP_INSTANT', 'KEEP_LOCAL_TIME']).optional(),
})

/** A layout was published. It never changes again. */
const layoutPublished = z.object({
  layoutId: z.string(),
  venueId: z.string(),
  partnerId: z.string(),
  /** 1 for a venue's first published layout. */
  number: z.int(),
  name: z.string(),
  document: layoutDocument,
})

export const partnerEvents = {
  'partner.changed': { version: 1, payload: changed, to: ['admin', 'payment', 'notification', 'booking', 'user'] },
  'partner.applicationDecided': { version: 1, payload: applicationDecided, to: ['admin', 'notification'] },
  'partner.statusChanged': { version: 1, payload: statusChanged, to: ['notification'] },
  'partner.documentStatusChanged': { version: 1, payload: documentStatusChanged, to: ['notification'] },
  'partner.bankAccountChanged': { version: 1, payload: bankAccountChanged, to: ['notification'] },
  'partner.memberInvited': { version: 1, payload: memberInvited, to: ['notification'] },
  'partner.venueChanged': { version: 1, payload: venueChanged, to: ['admin', 'booking'] },
  'partner.layoutPublished': { version: 1, payload: layoutPublished, to: ['booking'] },
} as const
