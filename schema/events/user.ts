import { z } from 'zod'

/** The complete state of a user as shared with other services: the highest `version` wins. */
const changed = z.object({
  userId: z.string(),
  version: z.int(),
  /** DELETED is permanent. */
  status: z.enum(['ACTIVE', 'SUSPENDED', 'DELETED']),
  email: z.string().nullable(),
  /** Whether the user has verified the address. Absent in older events: unknown. */
  isEmailVerified: z.boolean().optional(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  /** BCP 47 language tag. */
  locale: z.string(),
  timeZone: z.string(),
  marketingConsent: z.boolean(),
})

export const userEvents = {
  'user.changed': { version: 1, payload: changed, to: ['admin', 'partner', 'payment', 'notification', 'booking'] },
} as const
