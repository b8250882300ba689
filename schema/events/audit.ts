import { z } from 'zod'

/** A staff or partner mutation, as it was done. Emitted in the transaction of the change itself. */
const recorded = z.object({
  /** The mutation: `approvePartner`. */
  action: z.string(),
  /** The object it was done to. */
  subjectType: z.string(),
  subjectId: z.string(),
  /** The partner it concerns, when there is one. */
  partnerId: z.string().nullable(),
  reason: z.string().nullable(),
  /** What changed, without secrets and without personal data that the action does not need. */
  changes: z.record(z.string(), z.unknown()),
})

const toAdmin = { version: 1, payload: recorded, to: ['admin'] } as const

/** One kind per service, so that each signs its own. */
export const auditEvents = {
  'user.audited': toAdmin,
  'partner.audited': toAdmin,
  'payment.audited': toAdmin,
  'notification.audited': toAdmin,
  'booking.audited': toAdmin,
} as const
