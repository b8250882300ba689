import { Forbidden, InvalidInput, InvalidState, NotFound, VersionConflict } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { onSale, partnerUser, performanceInput } from '../../../test/factories-catalogue.ts'
import { NotOnSale } from '../../errors.ts'
import { holdSeats } from '../inventory/hold-seats.ts'
import { cancelEvent } from './cancel-event.ts'
import { cancelPerformance } from './cancel-performance.ts'
import { createPerformance } from './create-performance.ts'
import { readPerformance } from './lock-catalogue.ts'
import { postponePerformance } from './postpone-performance.ts'
import { reschedulePerformance } from './reschedule-performance.ts'
import { updatePerformance } from './update-performance.ts'

const database = useDatabase(migrations)

async function cancellationJobs(performanceId: string): Promise<unknown[]> {
  const { rows } = await database.db.execute<{ payload: { performanceId: string } }>(sql`
    select jobs.payload from graphile_worker._private_jobs jobs
    join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
    where tasks.identifier = 'cancelPerformanceBookings'`)
  return rows.map((row) => row.payload).filter((payload) => payload.performanceId === performanceId)
}

test('updatePerformance changes what is named, and a null policy takes the right to cancel away', async () => {
  const show = await onSale(database, { performance: { cancellation: { deadlineHours: 24 } } })
  const ctx = ctxOf(database, show.by.manager)
  const performanceId = show.performance.id
  const changed = await updatePerformance(ctx, { performanceId, maxSeatsPerPerson: 2, fees: { perTicketMinor: 100 } })
  expect(changed).toMatchObject({ maxSeatsPerPerson: 2, feeMinor: 100, cancellationDeadlineHours: 24, version: 2 })
  expect((await updatePerformance(ctx, { performanceId, cancellation: null })).cancellationDeadlineHours).toBeNull()
  for (const expectedVersion of [0, 1])
    await expect(updatePerformance(ctx, { performanceId, expectedVersion })).rejects.toThrow(VersionConflict)
  const before = new Date('2026-12-31T00:00:00Z')
  await expect(updatePerformance(ctx, { performanceId, salesEndAt: before })).rejects.toThrow(InvalidInput)
})

test('updatePerformance takes away what may be absent when it is null, and refuses null for the rest', async () => {
  const show = await onSale(database, { performance: { fees: { perTicketMinor: 100 } } })
  const ctx = ctxOf(database, show.by.manager)
  const performanceId = show.performance.id
  const doorsAt = new Date('2027-06-01T17:00:00Z')
  const endsAt = new Date('2027-06-01T20:00:00Z')
  const salesEndAt = new Date('2027-05-01T00:00:00Z')
  const { startsAt } = show.performance
  expect(await updatePerformance(ctx, { performanceId, doorsAt, endsAt, salesEndAt })).toMatchObject({
    doorsAt,
    endsAt,
  })
  expect(await updatePerformance(ctx, { performanceId, maxSeatsPerPerson: 3 })).toMatchObject({
    doorsAt,
    endsAt,
    salesEndAt,
  })
  const cleared = await updatePerformance(ctx, {
    performanceId,
    doorsAt: null,
    endsAt: null,
    salesEndAt: null,
    fees: null,
  })
  expect(cleared).toMatchObject({ doorsAt: null, endsAt: null, salesEndAt: startsAt, feeMinor: 0, feeBasisPoints: 0 })
  const nothing = { salesStartAt: null, maxSeatsPerPerson: null, taxBasisPoints: null, entryRule: null }
  const refusal = await updatePerformance(ctx, { performanceId, ...nothing }).catch((error: unknown) => error)
  expect((refusal as InvalidInput).fields.map(({ field }) => field)).toEqual(Object.keys(nothing))
})

test('cancelPerformance ends sales and schedules one refund job', async () => {
  const show = await onSale(database)
  const performanceId = show.performance.id
  const cancel = () => cancelPerformance(ctxOf(database, show.by.manager), { performanceId, reason: 'Fire' })
  const [first, second] = await Promise.all([cancel(), cancel()])
  expect([first, second]).toMatchObject([{ status: 'CANCELLED', version: 2 }, { version: 2 }])
  expect(await cancellationJobs(performanceId)).toEqual([
    { performanceId, reason: 'Fire', cancelledBy: show.by.manager.userId },
  ])
  const seats = [{ seatNumber: 0, tierId: show.adult.id }]
  await expect(holdSeats(ctxOf(database), { performanceId, seats })).rejects.toThrow(NotOnSale)
  const late = postponePerformance(ctxOf(database, show.by.manager), {
    performanceId,
    startsAt: new Date('2028-01-01'),
  })
  await expect(late).rejects.toThrow(InvalidState)
  const change = updatePerformance(ctxOf(database, show.by.manager), { performanceId, maxSeatsPerPerson: 1 })
  await expect(change).rejects.toThrow(InvalidState)
})

test('cancelEvent cancels its performances to come, and not those that took place', async () => {
  const show = await onSale(database, { performance: { startsAt: new Date('2027-03-01T10:30:00Z') } })
  const { manager } = show.by
  const later = await createPerformance(ctxOf(database, manager), performanceInput(show.event.id, show.by))
  const noon = ctxOf(database, manager, new Date('2027-03-01T12:00:00Z'))
  const event = await cancelEvent(noon, { eventId: show.event.id, reason: 'Bankrupt' })
  expect(event).toMatchObject({ status: 'CANCELLED', cancellationReason: 'Bankrupt' })
  expect(await readPerformance(noon, later.id)).toMatchObject({ status: 'CANCELLED', cancellationReason: 'Bankrupt' })
  expect(await readPerformance(noon, show.performance.id)).toMatchObject({ status: 'SCHEDULED' })
  expect(await cancellationJobs(later.id)).toHaveLength(1)
  expect(await cancellationJobs(show.performance.id)).toEqual([])
  expect((await cancelEvent(noon, { eventId: show.event.id, reason: 'Twice' })).cancellationReason).toBe('Bankrupt')
})

test('cancelEvent cancels a postponed performance too, also after the date that it gave up', async () => {
  const show = await onSale(database)
  await postponePerformance(ctxOf(database, show.by.manager), { performanceId: show.performance.id })
  const later = ctxOf(database, show.by.manager, new Date('2027-08-01T00:00:00Z'))
  await cancelEvent(later, { eventId: show.event.id, reason: 'Bankrupt' })
  expect(await readPerformance(later, show.performance.id)).toMatchObject({ status: 'CANCELLED' })
})

test('a reason is not left out', async () => {
  const { by, event, performance } = await onSale(database)
  const ctx = ctxOf(database, by.manager)
  await expect(cancelEvent(ctx, { eventId: event.id, reason: ' ' })).rejects.toThrow(InvalidInput)
  await expect(cancelPerformance(ctx, { performanceId: performance.id, reason: '' })).rejects.toThrow(InvalidInput)
})

test('strangers and members of lesser roles change nothing', async () => {
  const { by, event, performance } = await onSale(database)
  const performanceId = performance.id
  const deeds = [
    (ctx: ReturnType<typeof ctxOf>) => postponePerformance(ctx, { performanceId }),
    (ctx: ReturnType<typeof ctxOf>) => reschedulePerformance(ctx, { performanceId, startsAt: new Date('2028-01-01') }),
    (ctx: ReturnType<typeof ctxOf>) => cancelEvent(ctx, { eventId: event.id, reason: 'X' }),
    (ctx: ReturnType<typeof ctxOf>) => cancelPerformance(ctx, { performanceId, reason: 'X' }),
    (ctx: ReturnType<typeof ctxOf>) => postponePerformance(ctx, { performanceId, startsAt: new Date('2028-01-01') }),
    (ctx: ReturnType<typeof ctxOf>) => updatePerformance(ctx, { performanceId, maxSeatsPerPerson: 1 }),
  ]
  for (const deed of deeds) {
    await expect(deed(ctxOf(database, partnerUser()))).rejects.toThrow(NotFound)
    await expect(deed(ctxOf(database, by.scanner))).rejects.toThrow(Forbidden)
  }
})
