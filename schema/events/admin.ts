import { z } from 'zod'

/** The complete state of a setting: the highest `version` of a key and scope wins. Secret values are never sent. */
const configChanged = z.object({
  key: z.string(),
  /** `platform`, or the id of a partner. */
  scope: z.string(),
  value: z.unknown(),
  version: z.int(),
})

/** The complete state of a feature flag: the highest `version` wins. */
const flagChanged = z.object({
  key: z.string(),
  version: z.int(),
  isEnabled: z.boolean(),
  /** Share of the eligible users for whom it is on, from 0 to 100. */
  percentage: z.int().min(0).max(100),
  isKilled: z.boolean(),
  segments: z.array(z.string()),
})

/** A person's complete staff membership: the highest `version` wins. */
const staffChanged = z.object({
  userId: z.string(),
  version: z.int(),
  /** Null when the person is no longer on the staff. */
  role: z.enum(['SUPERADMIN', 'SUPPORT', 'FINANCE', 'COMPLIANCE']).nullable(),
})

export const adminEvents = {
  'admin.configChanged': {
    version: 1,
    payload: configChanged,
    to: ['partner', 'payment', 'notification', 'booking', 'user'],
  },
  'admin.staffChanged': {
    version: 1,
    payload: staffChanged,
    to: ['partner', 'payment', 'notification', 'booking', 'user'],
  },
  'admin.flagChanged': {
    version: 1,
    payload: flagChanged,
    to: ['partner', 'payment', 'notification', 'booking', 'user'],
  },
} as const
