import {
  BookingDocument,
  type BookingQuery,
  ConfirmPaymentDocument,
  MyBookingsDocument,
  PlaceBookingDocument,
  StartPaymentDocument,
} from '@tikitu/client/operations'
import type { HeldSeats } from './choose-seats.ts'
import { type DemoContext, formatMoney, verify } from './demo-context.ts'
import { readAttachment, receiveMail } from './read-mail.ts'
import type { SignedInClient } from './signed-in-client.ts'
import { waitFor } from './wait-for.ts'

/** A booking as seen by its customer. */
export type Booking = NonNullable<BookingQuery['booking']>

/** A paid booking and its payment. */
export interface Purchase {
  booking: Booking
  paymentId: string
}

/** Books held seats, fails with one card, pays with another, and receives the tickets by mail. */
export async function buyTickets(demo: DemoContext, fan: SignedInClient, held: HeldSeats): Promise<Purchase> {
  const { bookingId, quote } = await book(demo, fan, held)
  const paymentId = await startPayment(fan, quote)
  const declined = await payWith(fan, paymentId, 'pm_sandbox_declined')
  verify(declined.status === 'REQUIRES_METHOD' && !!declined.lastFailure, 'a declined card leaves the payment open')
  demo.reportStep('The first card is declined', declined.lastFailure.message)
  await payWith(fan, paymentId, 'pm_sandbox_approved')
  const booking = await waitForConfirmation(fan, bookingId)
  verify(booking.tickets.length === 2, 'the paid booking has two tickets')
  demo.reportStep('The second card pays', `booking ${booking.reference} is confirmed, ${formatMoney(booking.total)}`)
  await receiveTickets(demo, fan)
  const mine = await fan.run(MyBookingsDocument, { first: 10 })
  verify(!!mine.me?.bookings?.edges.some(({ node }) => node.id === bookingId), 'my bookings contain the booking')
  demo.reportStep('My bookings contain the booking', booking.reference)
  return { booking, paymentId }
}

/** Places a booking of held seats. */
export async function placeBooking(
  fan: SignedInClient,
  held: HeldSeats,
): Promise<{ bookingId: string; quote: string; total: string }> {
  const attendees = held.numbers.map((seatNumber, index) => ({ seatNumber, name: ['Finn', 'Fay'][index] ?? 'Guest' }))
  const booking = await fan.mutate(PlaceBookingDocument, { input: { holdId: held.holdId, attendees } })
  return { bookingId: booking.id, quote: booking.quote ?? '', total: formatMoney(booking.total) }
}

/** Starts a payment for a quote. */
export async function startPayment(fan: SignedInClient, quote: string): Promise<string> {
  return (await fan.mutate(StartPaymentDocument, { input: { quote } })).id
}

/** Confirms a payment with a card of the sandbox; its 3-D Secure page redirects to `returnUrl`. */
export async function payWith(
  fan: SignedInClient,
  paymentId: string,
  card: string | { method: string; returnUrl: string },
) {
  const { method: paymentMethod, returnUrl } = typeof card === 'string' ? { method: card, returnUrl: null } : card
  return await fan.mutate(ConfirmPaymentDocument, { input: { paymentId, paymentMethod, returnUrl } })
}

/** Waits until the booking is confirmed. */
export async function waitForConfirmation(fan: SignedInClient, bookingId: string): Promise<Booking> {
  return await waitFor('the booking is confirmed', async () => {
    const { booking } = await fan.run(BookingDocument, { id: bookingId })
    return booking?.status === 'CONFIRMED' && booking
  })
}

async function book(
  demo: DemoContext,
  fan: SignedInClient,
  held: HeldSeats,
): Promise<{ bookingId: string; quote: string }> {
  const placed = await placeBooking(fan, held)
  demo.reportStep('The fan places the booking', `total ${placed.total}`)
  return placed
}

async function receiveTickets(demo: DemoContext, fan: SignedInClient): Promise<void> {
  const isPdf = ({ contentType }: { contentType: string }) => contentType === 'application/pdf'
  const mail = await receiveMail(demo.mailboxUrl, fan.email, ({ attachments }) => !!attachments?.some(isPdf))
  const codes = mail.attachments?.filter(({ contentType }) => contentType === 'image/png') ?? []
  const pdf = mail.attachments?.find(isPdf)
  const file = await readAttachment(demo.mailboxUrl, mail, pdf?.generatedFileName ?? pdf?.fileName ?? '')
  verify(codes.length === 2, 'the mail contains a QR code for each of the two tickets')
  verify(file.subarray(0, 5).toString() === '%PDF-', 'the mail contains the tickets as a PDF')
  demo.reportStep(
    'A mail brings the tickets',
    `“${mail.subject}”, two QR codes and a PDF of ${Math.ceil(file.length / 1024)} KB`,
  )
}
