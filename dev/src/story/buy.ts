import { succeed } from '@tikitu/client'
import {
  BookingDocument,
  type BookingQuery,
  ConfirmPaymentDocument,
  MyBookingsDocument,
  PlaceBookingDocument,
  StartPaymentDocument,
} from '@tikitu/client/operations'
import type { Held } from './choose-seats.ts'
import { eventually } from './eventually.ts'
import { readAttachment, receiveMail } from './mailbox.ts'
import type { Person } from './person.ts'
import { expectThat, readable, type World } from './world.ts'

/** A booking as its customer sees it. */
export type Booking = NonNullable<BookingQuery['booking']>

/** A booking that is paid, and how. */
export interface Purchase {
  booking: Booking
  paymentId: string
}

/** Books what is held, fails with one card, pays with the next, and gets the tickets by mail. */
export async function buy(world: World, fan: Person, held: Held): Promise<Purchase> {
  const { bookingId, quote } = await book(world, fan, held)
  const paymentId = await startPayment(fan, quote)
  const declined = await payWith(fan, paymentId, 'pm_sandbox_declined')
  expectThat(declined.status === 'REQUIRES_METHOD' && !!declined.lastFailure, 'a declined card leaves the payment open')
  world.tell('The first card is declined', declined.lastFailure.message)
  await payWith(fan, paymentId, 'pm_sandbox_approved')
  const booking = await confirmed(fan, bookingId)
  expectThat(booking.tickets.length === 2, 'a paid booking has its two tickets')
  world.tell('The second card pays', `booking ${booking.reference} is confirmed, ${readable(booking.total)}`)
  await receiveTickets(world, fan)
  const mine = await fan.run(MyBookingsDocument, { first: 10 })
  expectThat(!!mine.me?.bookings?.edges.some(({ node }) => node.id === bookingId), 'the booking is found under me')
  world.tell('The booking is found under me', booking.reference)
  return { booking, paymentId }
}

/** Places a booking of what is held. */
export async function placeBooking(
  fan: Person,
  held: Held,
): Promise<{ bookingId: string; quote: string; total: string }> {
  const attendees = held.numbers.map((placeNumber, index) => ({ placeNumber, name: ['Finn', 'Fay'][index] ?? 'Guest' }))
  const placed = await fan.run(PlaceBookingDocument, { input: { holdId: held.holdId, attendees } })
  const booking = succeed(placed.placeBooking, 'Booking')
  return { bookingId: booking.id, quote: booking.quote ?? '', total: readable(booking.total) }
}

/** Opens the payment of a quote. */
export async function startPayment(fan: Person, quote: string): Promise<string> {
  const started = await fan.run(StartPaymentDocument, { input: { quote } })
  return succeed(started.startPayment, 'Payment').id
}

/** Tries to pay with one of the sandbox's cards, and comes back to `returnUrl` from its 3-D Secure page. */
export async function payWith(fan: Person, paymentId: string, card: string | { method: string; returnUrl: string }) {
  const { method: paymentMethod, returnUrl } = typeof card === 'string' ? { method: card, returnUrl: null } : card
  const answer = await fan.run(ConfirmPaymentDocument, { input: { paymentId, paymentMethod, returnUrl } })
  return succeed(answer.confirmPayment, 'Payment')
}

/** Waits until the booking is confirmed. */
export async function confirmed(fan: Person, bookingId: string): Promise<Booking> {
  return await eventually('the booking is confirmed', async () => {
    const { booking } = await fan.run(BookingDocument, { id: bookingId })
    return booking?.status === 'CONFIRMED' && booking
  })
}

async function book(world: World, fan: Person, held: Held): Promise<{ bookingId: string; quote: string }> {
  const placed = await placeBooking(fan, held)
  world.tell('The fan places the booking', `to be paid: ${placed.total}`)
  return placed
}

async function receiveTickets(world: World, fan: Person): Promise<void> {
  const isPdf = ({ contentType }: { contentType: string }) => contentType === 'application/pdf'
  const mail = await receiveMail(world.mailboxUrl, fan.email, ({ attachments }) => !!attachments?.some(isPdf))
  const codes = mail.attachments?.filter(({ contentType }) => contentType === 'image/png') ?? []
  const pdf = mail.attachments?.find(isPdf)
  const file = await readAttachment(world.mailboxUrl, mail, pdf?.generatedFileName ?? pdf?.fileName ?? '')
  expectThat(codes.length === 2, 'the mail has a QR for each of the two tickets')
  expectThat(file.subarray(0, 5).toString() === '%PDF-', 'the mail has the tickets as a PDF')
  world.tell(
    'A mail brings the tickets',
    `“${mail.subject}”, two QR codes and a PDF of ${Math.ceil(file.length / 1024)} KB`,
  )
}
