import { z } from 'zod'
import { layoutDocument } from '../layout.ts'

export const partnerRole = z.enum(['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'])

/** What the other services know of a partner. Whole state: the highest `version` wins. */
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
  /** From when on the bank account in use may be paid to; null when there is none. Absent in older events. */
  payoutsFrom: z.iso.datetime().nullable().optional(),
  members: z.array(z.object({ userId: z.string(), role: partnerRole })),
})

/** The applicant is told what became of the application. */
const applicationDecided = z.object({
  partnerId: z.string(),
  name: z.string(),
  decision: z.enum(['VERIFIED', 'CHANGES_REQUESTED', 'REJECTED']),
  reason: z.string().nullable(),
  ownerIds: z.array(z.string()),
})

/** The people of a partner who must know: its owners and managers. */
const people = { partnerId: z.string(), name: z.string(), memberIds: z.array(z.string()) }

/** A partner's rights changed: by staff, or because a document ran out. Its people are told. */
const statusChanged = z.object({
  ...people,
  from: z.enum(['VERIFIED', 'RESTRICTED', 'SUSPENDED']),
  status: z.enum(['VERIFIED', 'RESTRICTED', 'SUSPENDED', 'TERMINATED']),
  reason: z.string().nullable(),
})

/** A document was judged, runs out soon, or ran out. */
const documentStatusChanged = z.object({
  ...people,
  documentId: z.string(),
  kind: z.enum(['BUSINESS_REGISTRATION', 'IDENTITY', 'PROOF_OF_ADDRESS', 'TAX_CERTIFICATE', 'BANK_STATEMENT', 'OTHER']),
  status: z.enum(['APPROVED', 'REJECTED', 'EXPIRING', 'EXPIRED']),
  reason: z.string().nullable(),
  /** The last day on which it is, or was, good. */
  validUntil: z.iso.date().nullable(),
  /** The day from which on the partner may sell nothing new unless another document took its place; null when it may. */
  restrictedFrom: z.iso.date().nullable(),
})

/** Where a partner is paid out to is changing. Its people are told at once, as it may be none of them who does it. */
const bankAccountChanged = z.object({
  ...people,
  bankAccountId: z.string(),
  status: z.enum(['PROPOSED', 'IN_USE', 'WITHDRAWN']),
  country: z.string(),
  lastFour: z.string(),
  changedAt: z.iso.datetime(),
  /** From when on it may be paid to; null while nobody has confirmed it. */
  payoutsFrom: z.iso.datetime().nullable(),
})

/** Carries the invitation's secret: for the one service that brings it to whom it is for. */
const memberInvited = z.object({
  partnerId: z.string(),
  partnerName: z.string(),
  memberId: z.string(),
  email: z.string(),
  role: partnerRole,
  /** To be given to `acceptInvitation` by whoever got the mail. */
  token: z.string(),
  expiresAt: z.iso.datetime(),
})

/** What the other services know of a venue. Whole state: the highest `version` wins. */
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
  /** What the newest change of the time zone means for performances to come; absent in events from before that was asked. */
  performanceTimes: z.enum(['KEEP_INSTANT', 'KEEP_LOCAL_TIME']).optional(),
})

/** A layout became fixed. It never changes again, so there is nothing to fold. */
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
