import { z } from 'zod'

/** What the other services know of a person. Whole state: the highest `version` wins. */
const changed = z.object({
  userId: z.string(),
  version: z.int(),
  /** DELETED: the account is gone for good. */
  status: z.enum(['ACTIVE', 'SUSPENDED', 'DELETED']),
  email: z.string().nullable(),
  /** Whether the person has proved that the address is theirs. Absent in older events: not known. */
  isEmailVerified: z.boolean().optional(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  /** A language tag of BCP 47. */
  locale: z.string(),
  timeZone: z.string(),
  marketingConsent: z.boolean(),
})

export const userEvents = {
  'user.changed': { version: 1, payload: changed, to: ['admin', 'partner', 'payment', 'notification', 'booking'] },
} as const
