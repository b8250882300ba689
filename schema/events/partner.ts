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
  'partner.memberInvited': { version: 1, payload: memberInvited, to: ['notification'] },
  'partner.venueChanged': { version: 1, payload: venueChanged, to: ['admin', 'booking'] },
  'partner.layoutPublished': { version: 1, payload: layoutPublished, to: ['booking'] },
} as const
