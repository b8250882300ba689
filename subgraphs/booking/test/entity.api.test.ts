import { anonymous } from '@tikitu/kit/auth/viewer'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { entityMatrix } from '@tikitu/kit/testing/graphql/entity-matrix'
import { expect, test } from 'vitest'
import { cancelTickets } from '../src/domain/bookings/cancel-tickets.ts'
import { createEvent } from '../src/domain/catalogue/create-event.ts'
import { createPerformance } from '../src/domain/catalogue/create-performance.ts'
import { blockSeats } from '../src/domain/inventory/block-seats.ts'
import { bookingOn, ctxOf, migrations } from './factories.ts'
import { eventInput, onSale, organizer, performanceInput } from './factories-catalogue.ts'
import { asService, bought, held, member } from './purchases.ts'

const database = useDatabase(migrations)

async function settled() {
  const show = await onSale(database)
  const manager = ctxOf(database, show.by.manager)
  await blockSeats(manager, { performanceId: show.performance.id, seatNumbers: [40], reason: 'Guests' })
  const customer = testUser()
  const { booking, tickets } = await bought(database, show, { viewer: customer, numbers: [0, 1] })
  await cancelTickets(manager, { bookingId: booking.id, ticketIds: [tickets[1]?.id ?? ''] })
  const limit = { key: 'payment.refundApprovalAboveMinor', scope: show.by.partnerId, value: { EUR: 1 }, version: 1 }
  await applyConfigChange(asService(ctxOf(database)), limit)
  const request = await cancelTickets(manager, { bookingId: booking.id, ticketIds: [tickets[0]?.id ?? ''] })
  const hold = await held(ctxOf(database, customer), show, 1)
  const draft = await createEvent(manager, eventInput(show.by.partnerId, { title: 'Secret' }))
  const planned = await createPerformance(manager, performanceInput(draft.id, show.by, { allowOverlap: true }))
  const callers = {
    anonymous,
    user: testUser(),
    customer,
    'other partner': (await organizer(database)).manager,
    scanner: show.by.scanner,
    'box office': await member(database, show, 'BOX_OFFICE'),
    manager: show.by.manager,
    admin: testStaff(),
  }
  return { show, customer, booking, tickets, request, hold, draft, planned, callers }
}

test('shows each caller what the committed matrices say of an entity, however it is reached', async () => {
  const { show, customer, booking, tickets, request, hold, draft, planned, callers } = await settled()
  const entities = {
    Performance: { id: show.performance.id },
    Event: { id: show.event.id },
    Partner: { id: show.by.partnerId },
    Hold: { id: hold.id },
    Booking: { id: booking.id },
    CancellationRequest: { id: request.id },
    Ticket: { id: tickets[0]?.id ?? '' },
    User: { id: customer.userId },
  }
  const subgraph = await bookingOn(database)
  await expect(await entityMatrix(subgraph, callers, entities)).toMatchFileSnapshot('entity-matrix.md')
  const drafts = { ...entities, Performance: { id: planned.id }, Event: { id: draft.id } }
  await expect(await entityMatrix(subgraph, callers, drafts)).toMatchFileSnapshot('entity-matrix.draft.md')
  // Hundreds of questions: on a busy machine they take their time.
}, 60_000)
