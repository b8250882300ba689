import { z } from 'zod'

/** A message could not be delivered and is not retried. */
const failed = z.object({
  notificationId: z.string(),
  userId: z.string().nullable(),
  kind: z.string(),
  channel: z.string(),
  error: z.string(),
})

export const notificationEvents = {
  'notification.failed': { version: 1, payload: failed, to: ['admin'] },
} as const
