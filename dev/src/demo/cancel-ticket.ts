import { succeed } from '@tikitu/client'
import { BookingDocument, CancelTicketsDocument } from '@tikitu/client/operations'
import type { Purchase } from './buy-tickets.ts'
import { readFreeNumbers } from './choose-seats.ts'
import { type DemoContext, formatMoney, verify } from './demo-context.ts'
import { receiveMail } from './read-mail.ts'
import type { PartnerSetup } from './set-up-partner.ts'
import type { SignedInClient } from './signed-in-client.ts'
import { waitFor } from './wait-for.ts'

/** Cancels one ticket: its seat is free again, the money is refunded, and the fan gets a mail. */
export async function cancelTicket(
  demo: DemoContext,
  fan: SignedInClient,
  { setup, purchase }: { setup: PartnerSetup; purchase: Purchase },
): Promise<void> {
  const { booking } = purchase
  const [, ticket] = booking.tickets
  verify(!!ticket, 'there is a second ticket')
  const input = { bookingId: booking.id, ticketIds: [ticket.id], reason: 'Fay is ill.' }
  const cancelled = succeed(await fan.mutate(CancelTicketsDocument, { input }), 'Cancellation')
  demo.reportStep(
    'The other ticket is cancelled',
    `refund ${formatMoney(cancelled.refund)}, fee ${formatMoney(cancelled.fee)}`,
  )
  const free = await readFreeNumbers(fan, setup.performanceId)
  verify(free.has(ticket.seatNumber) && free.size === 59, 'the cancelled seat is free again, the other one is not')
  demo.reportStep('Its seat is free again', `${free.size} of 60 seats are free`)
  const refunded = await waitFor('the refund is complete', async () => {
    const seen = await fan.run(BookingDocument, { id: booking.id })
    return seen.booking?.refundedTotal.amountMinor === cancelled.refund.amountMinor && seen.booking.refundedTotal
  })
  demo.reportStep('The refund is complete', formatMoney(refunded))
  const mail = await receiveMail(demo.mailboxUrl, fan.email, ({ subject }) => /cancel|refund/i.test(subject))
  demo.reportStep('The fan gets a mail', `“${mail.subject}”`)
}
