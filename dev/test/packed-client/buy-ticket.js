// A small app on the packed SDK. The tests run it as it is in Node, in Chromium, and where React Native's globals are all there is.
import { createClient } from '@tikitu/client'
import { formatMoney } from '@tikitu/client/money'
import {
  AvailabilityChangedDocument,
  BookingChangedDocument,
  ConfirmPaymentDocument,
  HoldSeatsDocument,
  PerformanceDocument,
  PlaceBookingDocument,
  SeatMapDocument,
  StartPaymentDocument,
} from '@tikitu/client/operations'
import { applyAvailability, freeNumbers, readGeometry, seatsOf } from '@tikitu/client/seat-map'
import { createSession } from '@tikitu/client/session'

/** Signs in, chooses a free seat on the map, watches it being taken, pays, and waits for the ticket. */
export async function buyTicket({ url, email, password, performanceId }) {
  const session = createSession({ url })
  await session.signIn({ email, password })
  const tikitu = createClient({ url, token: session.token })
  const { performance } = await tikitu.run(PerformanceDocument, { id: performanceId })
  const seats = await readSeats(tikitu, performanceId)
  const { hold, seat } = await holdFirstFree(tikitu, { performance, seats })
  const booking = await tikitu.mutate(PlaceBookingDocument, { input: { holdId: hold.id } })
  await pay(tikitu, booking.quote)
  const tickets = await ticketsOf(tikitu, booking.id)
  await session.signOut()
  return {
    seat: `${seat.section}, row ${seat.row}, seat ${seat.label}`,
    total: formatMoney(booking.total, 'en'),
    tickets: tickets.map(({ status, seatLabel }) => ({ status, seatLabel })),
    offline: await errorOf(createClient({ url: 'http://127.0.0.1:9/graphql' }).run('{ __typename }')),
    late: await errorOf(tikitu.run('{ __typename }', {}, { timeoutMs: 0 })),
    refused: await errorOf(tikitu.run('query ($id: ID!) { booking(id: $id) { id } }', { id: booking.id })),
  }
}

async function readSeats(tikitu, performanceId) {
  const { performance } = await tikitu.run(SeatMapDocument, { performanceId })
  return new Map(seatsOf(readGeometry(performance.seatMap.geometry)).map((seat) => [seat.number, seat]))
}

/** Holds the first free seat, and waits until the seat map shows it as taken. */
async function holdFirstFree(tikitu, { performance, seats }) {
  let known = null
  let hold = null
  const changes = tikitu.subscribe(AvailabilityChangedDocument, (last) => ({
    performanceId: performance.id,
    since: last?.availabilityChanged.availability.version,
  }))
  for await (const { data } of changes) {
    known = applyAvailability(known, data.availabilityChanged.availability)
    const free = known.sections.flatMap(freeNumbers)
    if (hold && !free.includes(hold.seats[0].seatNumber)) return { hold, seat: seats.get(hold.seats[0].seatNumber) }
    if (hold) continue
    const input = { performanceId: performance.id, seats: [{ seatNumber: free[0], tierId: performance.tiers[0].id }] }
    hold = await tikitu.mutate(HoldSeatsDocument, { input })
  }
  throw new Error('the map ended')
}

async function pay(tikitu, quote) {
  const { id: paymentId } = await tikitu.mutate(StartPaymentDocument, { input: { quote } })
  await tikitu.mutate(ConfirmPaymentDocument, { input: { paymentId, paymentMethod: 'pm_sandbox_approved' } })
}

async function ticketsOf(tikitu, id) {
  for await (const { data } of tikitu.subscribe(BookingChangedDocument, { id }))
    if (data.bookingChanged.status === 'CONFIRMED') return data.bookingChanged.tickets
  throw new Error('the booking was not confirmed')
}

async function errorOf(call) {
  const error = await call.then(
    () => null,
    (thrown) => thrown,
  )
  return error && { name: error.name, code: error.code, status: error.status }
}
