import { useDatabase } from '@tikitu/kit/testing/database/database'
import { unexpectedErrorsOnBadInput } from '@tikitu/kit/testing/graphql/bad-input'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { bookingOn, ctxOf, migrations } from './factories.ts'
import { onSale } from './factories-catalogue.ts'
import { bought, held } from './purchases.ts'

const database = useDatabase(migrations)

async function settled() {
  const show = await onSale(database)
  const customer = testUser()
  const { booking, tickets } = await bought(database, show, { viewer: customer, numbers: [0, 1] })
  const hold = await held(ctxOf(database, customer), show, 2)
  const known = {
    id: booking.id,
    performanceId: show.performance.id,
    eventId: show.event.id,
    layoutId: show.by.layoutId,
    partnerId: show.by.partnerId,
    slug: show.event.slug,
    tierId: show.adult.id,
    holdId: hold.id,
    bookingId: booking.id,
    ticketIds: [tickets[0]?.id],
    code: tickets[0]?.code,
    startsAt: '2027-06-02T18:00:00Z',
    salesStartAt: '2027-01-01T00:00:00Z',
    zone: 'Stalls',
    seatNumber: 3,
    seatNumbers: [40],
  }
  const entities = {
    Performance: show.performance.id,
    Event: show.event.id,
    Partner: show.by.partnerId,
    User: customer.userId,
    Booking: booking.id,
    Ticket: tickets[0]?.id ?? '',
    Hold: hold.id,
  }
  return { show, customer, known, entities }
}

test('answers no bad value of a customer with an unexpected error', async () => {
  const { customer, known, entities } = await settled()
  const booking = await bookingOn(database)
  expect(await unexpectedErrorsOnBadInput(booking, customer, { known, entities })).toEqual([])
  await booking.close()
}, 120_000)

test('answers no bad value of an organizer with an unexpected error', async () => {
  const { show, known, entities } = await settled()
  const booking = await bookingOn(database)
  expect(await unexpectedErrorsOnBadInput(booking, show.by.manager, { known, entities })).toEqual([])
  await booking.close()
}, 120_000)
