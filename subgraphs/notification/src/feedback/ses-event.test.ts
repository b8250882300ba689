import { expect, test } from 'vitest'
import recorded from '../../test/aws/ses-events.json' with { type: 'json' }
import { readSesEvent } from './ses-event.ts'

const { events, mail } = recorded

test.each(events)('reads $event.eventType as $reads', ({ event, reads }) => {
  const read = readSesEvent(JSON.stringify({ ...event, mail }))
  if (reads === null) return expect(read).toBeNull()
  expect(read).toMatchObject({ type: reads, mail: { messageId: mail.messageId } })
  if (read?.type === 'Bounce')
    expect(read.bounce.bouncedRecipients).toMatchObject([{ emailAddress: 'ada@example.org' }])
  if (read?.type === 'Complaint')
    expect(read.complaint.complainedRecipients).toEqual([{ emailAddress: 'ada@example.org' }])
})
