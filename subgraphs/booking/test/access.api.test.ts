import { anonymous } from '@tikitu/kit/auth/viewer'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { accessMatrix } from '@tikitu/kit/testing/graphql/access-matrix'
import { callersWithoutRights, staffOfEachRole } from '@tikitu/kit/testing/graphql/callers'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { performances } from '../src/db/tables/catalogue.ts'
import { requestCancellation } from '../src/domain/cancellations/cancellation-request.ts'
import { createEvent } from '../src/domain/catalogue/create-event.ts'
import { createPerformance } from '../src/domain/catalogue/create-performance.ts'
import { checkIn } from '../src/domain/check-in/check-in.ts'
import { bookingOn, ctxOf, migrations, openingDay } from './factories.ts'
import type { Show } from './factories-catalogue.ts'
import { eventInput, onSale, organizer, performanceInput } from './factories-catalogue.ts'
import { bought, held, member } from './purchases.ts'

const database = useDatabase(migrations)
const tonight = new Date('2027-03-01T20:00:00Z')

/** A show with a booking whose customer is inside already, a hold, and a draft that may be cancelled. */
async function createFixtures() {
  const show = await onSale(database)
  const { by, performance } = show
  await database.db
    .update(performances)
    .set({ doorsAt: openingDay, startsAt: tonight, salesEndAt: tonight })
    .where(eq(performances.id, performance.id))
  const customer = testUser()
  const purchase = await bought(database, show, { viewer: customer, numbers: [0, 1] })
  const hold = await held(ctxOf(database, customer), show, 2)
  const code = purchase.tickets[0]?.code ?? ''
  const scan = await checkIn(ctxOf(database, by.scanner), { performanceId: performance.id, code, nonce: 'first' })
  const spare = await createEvent(ctxOf(database, by.manager), eventInput(by.partnerId, { title: 'Spare' }))
  const extra = await createPerformance(ctxOf(database, by.manager), performanceInput(spare.id, by))
  const later = { startsAt: new Date('2027-07-01T18:00:00Z'), isDraft: true }
  const draft = await createPerformance(ctxOf(database, by.manager), performanceInput(spare.id, by, later))
  const waiting = await waits(show, purchase.booking.id)
  return { show, customer, purchase, hold, code, scan, spare, extra, draft, waiting }
}

/** Two requests for approval of tickets that are already void: the second decision finds the request decided. */
async function waits({ by }: Show, subjectId: string): Promise<string[]> {
  const wish = { partnerId: by.partnerId, kind: 'TICKETS' as const, subjectId, reason: null, amounts: { EUR: 1 } }
  return await inTransaction(ctxOf(database), async (ctx) => {
    const first = await requestCancellation(ctx, { ...wish, requestedBy: 'usr_first' }, 'Hamlet')
    const second = await requestCancellation(ctx, { ...wish, requestedBy: 'usr_first' }, 'Hamlet')
    return [first.id, second.id]
  })
}

type Fixtures = Awaited<ReturnType<typeof createFixtures>>

function queries({ show, purchase, hold, code }: Fixtures): Record<string, string> {
  const performanceId = `performanceId: "${show.performance.id}"`
  return {
    'Query.me': 'me { id }',
    'Query.events': 'events { edges { cursor } }',
    'Query.event': `event(id: "${show.event.id}") { id }`,
    'Query.eventBySlug': `eventBySlug(slug: "${show.event.slug}") { id }`,
    'Query.performance': `performance(id: "${show.performance.id}") { id }`,
    'Query.hold': `hold(id: "${hold.id}") { id }`,
    'Query.booking': `booking(id: "${purchase.booking.id}") { id }`,
    'Query.bookings': `bookings(filter: { ${performanceId} }) { edges { cursor } }`,
    'Query.ticket': `ticket(id: "${purchase.tickets[0]?.id}") { id }`,
    'Query.validateTicket': `validateTicket(${performanceId}, code: "${code}") { outcome }`,
    'Query.cancellationRequests': 'cancellationRequests { edges { cursor } }',
    'Query.checkIns': `checkIns(filter: { ${performanceId} }) { edges { cursor } }`,
  }
}

function holdMutations({ show, hold, purchase }: Fixtures): Record<string, string> {
  const performanceId = `performanceId: "${show.performance.id}"`
  const standing = `tiers: [{ tierId: "${show.standing.id}", count: 1 }]`
  const seats = `seats: [{ seatNumber: 0, tierId: "${show.adult.id}" }]`
  return {
    'Mutation.holdSeats': `holdSeats(input: { ${performanceId}, ${seats} })`,
    'Mutation.holdBestAvailable': `holdBestAvailable(input: { ${performanceId}, tiers: [{ tierId: "${show.adult.id}", count: 1 }] })`,
    'Mutation.holdGeneralAdmission': `holdGeneralAdmission(input: { ${performanceId}, ${standing} })`,
    'Mutation.extendHold': `extendHold(input: { holdId: "${hold.id}" })`,
    'Mutation.placeBooking': `placeBooking(input: { holdId: "${hold.id}" })`,
    'Mutation.cancelBooking': `cancelBooking(input: { bookingId: "${purchase.booking.id}" })`,
  }
}

function managementMutations({ show, spare, extra, draft }: Fixtures): Record<string, string> {
  const { by, performance } = show
  const performanceId = `performanceId: "${performance.id}"`
  const times = 'startsAt: "2027-06-02T18:00:00Z"'
  const tiers = 'tiers: [{ zone: "Stalls", name: "X", priceMinor: 1 }, { zone: "Floor", name: "X", priceMinor: 1 }]'
  const sale = `salesStartAt: "2027-01-01T00:00:00Z", currency: "EUR", ${tiers}`
  return {
    'Mutation.createEvent': `createEvent(input: { partnerId: "${by.partnerId}", title: "X", category: OTHER })`,
    'Mutation.updateEvent': `updateEvent(input: { eventId: "${spare.id}", title: "Y" })`,
    'Mutation.publishEvent': `publishEvent(input: { eventId: "${spare.id}" })`,
    'Mutation.createPerformance': `createPerformance(input: { eventId: "${spare.id}", layoutId: "${by.layoutId}", ${times}, ${sale} })`,
    'Mutation.updatePerformance': `updatePerformance(input: { ${performanceId}, taxBasisPoints: 900 })`,
    'Mutation.addPriceTier': `addPriceTier(input: { ${performanceId}, tier: { zone: "Floor", name: "Late", priceMinor: 1 } })`,
    'Mutation.updatePriceTier': `updatePriceTier(input: { tierId: "${show.child.id}", priceMinor: 2600 })`,
    'Mutation.publishPerformance': `publishPerformance(input: { ${performanceId} })`,
    'Mutation.deletePerformance': `deletePerformance(input: { performanceId: "${draft.id}" })`,
    'Mutation.blockSeats': `blockSeats(input: { ${performanceId}, seatNumbers: [40], reason: "Guests" })`,
    'Mutation.unblockSeats': `unblockSeats(input: { ${performanceId}, seatNumbers: [40] })`,
    'Mutation.postponePerformance': `postponePerformance(input: { performanceId: "${extra.id}" })`,
    'Mutation.reschedulePerformance': `reschedulePerformance(input: { performanceId: "${extra.id}", startsAt: "2027-06-05T18:00:00Z" })`,
    'Mutation.cancelPerformance': `cancelPerformance(input: { performanceId: "${extra.id}", reason: "Rain" })`,
    'Mutation.cancelEvent': `cancelEvent(input: { eventId: "${spare.id}", reason: "Rain" })`,
  }
}

function subscriptions({ show, purchase }: Fixtures): Record<string, string> {
  return {
    'Subscription.availabilityChanged': `availabilityChanged(performanceId: "${show.performance.id}") { availability { version } }`,
    'Subscription.bookingChanged': `bookingChanged(id: "${purchase.booking.id}") { id }`,
  }
}

/** Cancelling comes last: the second cancellation finds the ticket void. */
function checkInFields({ show, purchase, hold, code, scan, waiting }: Fixtures): Record<string, string> {
  const performanceId = `performanceId: "${show.performance.id}"`
  const ticket = `bookingId: "${purchase.booking.id}", ticketIds: ["${purchase.tickets[1]?.id}"]`
  return {
    'Mutation.checkIn': `checkIn(input: { ${performanceId}, code: "${code}", nonce: "again" })`,
    'Mutation.undoCheckIn': `undoCheckIn(input: { checkInId: "${scan.id}" })`,
    'Mutation.cancelTickets': `cancelTickets(input: { ${ticket} })`,
    'Mutation.approveCancellation': `approveCancellation(input: { requestId: "${waiting[0]}" })`,
    'Mutation.rejectCancellation': `rejectCancellation(input: { requestId: "${waiting[1]}" })`,
    'Mutation.releaseHold': `releaseHold(input: { holdId: "${hold.id}" })`,
  }
}

async function callersOn({ show, customer }: Fixtures) {
  const rival = await organizer(database)
  return {
    anonymous,
    user: testUser(),
    customer,
    'other partner': rival.manager,
    scanner: show.by.scanner,
    'box office': await member(database, show, 'BOX_OFFICE'),
    manager: show.by.manager,
    ...staffOfEachRole(),
    ...(await callersWithoutRights(ctxOf(database, { kind: 'service', service: 'booking' }))),
  }
}

test('lets each caller do what the committed matrix says, and nothing else', async () => {
  const it = await createFixtures()
  const calls = {
    ...queries(it),
    ...holdMutations(it),
    ...managementMutations(it),
    ...subscriptions(it),
    ...checkInFields(it),
  }
  const booking = await bookingOn(database)
  const matrix = await accessMatrix(booking, await callersOn(it), calls)
  await booking.close()
  await expect(matrix).toMatchFileSnapshot('access-matrix.md')
})
