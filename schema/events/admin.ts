import { z } from 'zod'

/** A configuration value changed. Whole state: the highest `version` of a key in a scope wins. Secret values are never sent. */
const configChanged = z.object({
  key: z.string(),
  /** `platform`, or the id of a partner. */
  scope: z.string(),
  value: z.unknown(),
  version: z.int(),
})

const flagChanged = z.object({
  key: z.string(),
  version: z.int(),
  isEnabled: z.boolean(),
  /** 0 to 100: how many of those it may apply to see it. */
  percentage: z.int().min(0).max(100),
  isKilled: z.boolean(),
  segments: z.array(z.string()),
})

/** Somebody joined the staff, left it, or has another role. Whole state: the highest `version` wins. */
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
