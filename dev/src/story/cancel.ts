import { succeed } from '@tikitu/client'
import { BookingDocument, CancelTicketsDocument } from '@tikitu/client/operations'
import type { Purchase } from './buy.ts'
import { readFreeNumbers } from './choose-seats.ts'
import { eventually } from './eventually.ts'
import { receiveMail } from './mailbox.ts'
import type { Business } from './open-for-business.ts'
import type { Person } from './person.ts'
import { expectThat, readable, type World } from './world.ts'

/** One ticket is cancelled: its seat is free again, the money goes back, and the fan is told. */
export async function cancelOne(
  world: World,
  fan: Person,
  told: { business: Business; purchase: Purchase },
): Promise<void> {
  const { booking } = told.purchase
  const [, ticket] = booking.tickets
  expectThat(!!ticket, 'there is a second ticket')
  const input = { bookingId: booking.id, ticketIds: [ticket.id], reason: 'Fay is ill.' }
  const cancelled = succeed((await fan.run(CancelTicketsDocument, { input })).cancelTickets, 'Cancellation')
  world.tell(
    'The other ticket is cancelled',
    `${readable(cancelled.refund)} go back, ${readable(cancelled.fee)} are kept`,
  )
  const free = await readFreeNumbers(fan, told.business.performanceId)
  expectThat(free.has(ticket.placeNumber) && free.size === 59, 'the cancelled seat is free again, the other one is not')
  world.tell('Its seat is free again', `${free.size} of 60 seats are free`)
  const refunded = await eventually('the money has gone back', async () => {
    const seen = await fan.run(BookingDocument, { id: booking.id })
    return seen.booking?.refundedTotal.amountMinor === cancelled.refund.amountMinor && seen.booking.refundedTotal
  })
  world.tell('The money goes back', readable(refunded))
  const mail = await receiveMail(world.mailboxUrl, fan.email, ({ subject }) => /cancel|refund/i.test(subject))
  world.tell('The fan is told', `“${mail.subject}”`)
}
