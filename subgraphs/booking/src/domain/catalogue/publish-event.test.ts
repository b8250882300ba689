import { Forbidden, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { eventInput, onSale, organizer, partnerUser, performanceInput } from '../../../test/factories-catalogue.ts'
import { EventNotReady, NotOnSale, PartnerMayNotSell } from '../../errors.ts'
import { holdSeats } from '../inventory/hold-seats.ts'
import { applyPartner } from '../projections/apply-partner.ts'
import { cancelEvent } from './cancel-event.ts'
import { createEvent } from './create-event.ts'
import { createPerformance } from './create-performance.ts'
import { getEvent, getPerformance } from './get-event.ts'
import { publishEvent } from './publish-event.ts'

const database = useDatabase(migrations)

test('shows the event and its performances to everybody, who saw nothing before', async () => {
  const by = await organizer(database)
  const manager = () => ctxOf(database, by.manager)
  const draft = await createEvent(manager(), eventInput(by.partnerId))
  const performance = await createPerformance(manager(), performanceInput(draft.id, by))
  expect(await getEvent(ctxOf(database), draft.id)).toBeNull()
  expect(await getPerformance(ctxOf(database), performance.id)).toBeNull()
  expect(await getEvent(manager(), draft.id)).not.toBeNull()
  const event = await publishEvent(manager(), { eventId: draft.id })
  expect(event).toMatchObject({ status: 'PUBLISHED', publishedAt: new Date('2027-03-01T10:00:00Z'), version: 2 })
  expect(await getPerformance(ctxOf(database), performance.id)).not.toBeNull()
  expect((await publishEvent(manager(), { eventId: draft.id })).version).toBe(2)
})

test('says all that is missing', async () => {
  const by = await organizer(database)
  const ctx = ctxOf(database, by.manager)
  const draft = await createEvent(ctx, eventInput(by.partnerId, { description: '' }))
  const refusal = await publishEvent(ctx, { eventId: draft.id }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(EventNotReady)
  expect(refusal).toMatchObject({ problems: ['Add an upcoming performance.', 'Write a description.'] })
})

test('does not show the event of a partner who may not sell', async () => {
  const by = await organizer(database, { status: 'SUBMITTED', maySell: false })
  const ctx = ctxOf(database, by.manager)
  const draft = await createEvent(ctx, eventInput(by.partnerId))
  await createPerformance(ctx, performanceInput(draft.id, by))
  await expect(publishEvent(ctx, { eventId: draft.id })).rejects.toThrow(PartnerMayNotSell)
})

test('sells nothing more once the partner is suspended', async () => {
  const { by, performance, adult } = await onSale(database)
  const input = { performanceId: performance.id, seats: [{ seatNumber: 0, tierId: adult.id }] }
  const state = { partnerId: by.partnerId, name: 'Globe', mayBePaidOut: false, members: [] }
  await applyPartner(ctxOf(database), { ...state, version: 2, status: 'SUSPENDED', maySell: false })
  await expect(holdSeats(ctxOf(database), input)).rejects.toThrow(NotOnSale)
  await applyPartner(ctxOf(database), { ...state, version: 3, status: 'VERIFIED', maySell: true })
  await holdSeats(ctxOf(database), input)
})

test('refuses strangers, members of lesser roles, and a cancelled event', async () => {
  const { by, event } = await onSale(database)
  await expect(publishEvent(ctxOf(database, partnerUser()), { eventId: event.id })).rejects.toThrow(NotFound)
  await expect(publishEvent(ctxOf(database, by.scanner), { eventId: event.id })).rejects.toThrow(Forbidden)
  await cancelEvent(ctxOf(database, by.manager), { eventId: event.id, reason: 'Ill' })
  await expect(publishEvent(ctxOf(database, by.manager), { eventId: event.id })).rejects.toThrow(InvalidState)
})
