import { z } from 'zod'

/** A configuration value changed. Whole state: the highest `version` of a key in a scope wins. Secret values are never sent. */
const configChanged = z.object({
  key: z.string(),
  /** `platform`, or the id of a partner or an event. */
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

export const adminEvents = {
  'admin.configChanged': {
    version: 1,
    payload: configChanged,
    to: ['partner', 'payment', 'notification', 'booking', 'user'],
  },
  'admin.flagChanged': {
    version: 1,
    payload: flagChanged,
    to: ['partner', 'payment', 'notification', 'booking', 'user'],
  },
} as const
