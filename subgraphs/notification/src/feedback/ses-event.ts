import { z } from 'zod'

const mail = z.object({ messageId: z.string(), timestamp: z.coerce.date() })
const recipient = z.object({ emailAddress: z.string() })

const bounce = z.object({
  bounceType: z.enum(['Permanent', 'Transient', 'Undetermined']),
  bounceSubType: z.string().optional(),
  bouncedRecipients: z.array(recipient),
})

const complaint = z.object({
  complainedRecipients: z.array(recipient),
  complaintFeedbackType: z.string().nullish(),
})

/** What SES says became of a mail: as an identity's notification, or as an event of a configuration set. */
export type SesEvent = z.infer<typeof sesEvent>

const sesEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Bounce'), mail, bounce }),
  z.object({ type: z.literal('Complaint'), mail, complaint }),
  z.object({ type: z.literal('Delivery'), mail }),
])

/** Reads an event that says how a mail ended; null for all others, such as opens and clicks. */
export function readSesEvent(text: string): SesEvent | null {
  const event = z.looseObject({}).safeParse(parseJson(text))
  if (!event.success) return null
  const type = event.data['notificationType'] ?? event.data['eventType']
  return sesEvent.safeParse({ ...event.data, type }).data ?? null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
