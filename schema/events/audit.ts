import { z } from 'zod'

/** A mutation by staff or a partner, for the audit log. Emitted in the transaction of the change. */
const auditedAction = z.object({
  /** The mutation: `approvePartner`. */
  action: z.string(),
  /** The type of the object that was changed: `partner`. */
  subjectType: z.string(),
  subjectId: z.string(),
  /** The partner concerned, if any. */
  partnerId: z.string().nullable(),
  reason: z.string().nullable(),
  /** What changed, without secrets and without personal data that the action does not need. */
  changes: z.record(z.string(), z.unknown()),
})

const toAdmin = { version: 1, payload: auditedAction, to: ['admin'] } as const

/** One event type per service, so that each signs its own. */
export const auditEvents = {
  'user.audited': toAdmin,
  'partner.audited': toAdmin,
  'payment.audited': toAdmin,
  'notification.audited': toAdmin,
  'booking.audited': toAdmin,
} as const
