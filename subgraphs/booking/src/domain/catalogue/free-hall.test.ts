import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { eventInput, onSale, performanceInput, type Show, smallHouse } from '../../../test/factories-catalogue.ts'
import { EventNotReady, PerformancesOverlap } from '../../errors.ts'
import { applyLayout } from '../projections/apply-layout.ts'
import { cancelPerformance } from './cancel-performance.ts'
import { createEvent } from './create-event.ts'
import { createPerformance } from './create-performance.ts'
import { postponePerformance } from './postpone-performance.ts'
import { publishEvent } from './publish-event.ts'
import { reschedulePerformance } from './reschedule-performance.ts'
import { indexSearch } from './search-index.ts'
import { updatePerformance } from './update-performance.ts'

const database = useDatabase(migrations)
const at = (time: string) => new Date(`2027-06-01T${time}:00Z`)

/** A performance from 18:00 to 20:00, and another event of the same partner. */
async function evening() {
  const show = await onSale(database, { performance: { endsAt: at('20:00') } })
  const ctx = () => ctxOf(database, show.by.manager)
  const other = await createEvent(ctx(), eventInput(show.by.partnerId, { title: 'Macbeth' }))
  const make = (times: object) => createPerformance(ctx(), performanceInput(other.id, show.by, times))
  return { show, other, ctx, make }
}

async function layoutBeside(show: Show, name: string): Promise<string> {
  const { venueId, partnerId } = show.by
  const layoutId = newId('lay')
  await applyLayout(ctxOf(database), { layoutId, venueId, partnerId, number: 2, name, document: smallHouse })
  return layoutId
}

test('names overlaps in the same hall, and creates the performance when they are allowed', async () => {
  const { show, make } = await evening()
  const refusal = await make({ startsAt: at('18:30'), endsAt: at('20:30') }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(PerformancesOverlap)
  expect(refusal).toMatchObject({
    code: 'PERFORMANCES_OVERLAP',
    details: {
      overlaps: [{ performanceId: show.performance.id, eventTitle: 'Hamlet', startsAt: '2027-06-01T18:00:00.000Z' }],
    },
  })
  const allowed = await make({ startsAt: at('18:30'), endsAt: at('20:30'), allowOverlap: true })
  expect(allowed).toMatchObject({ allowsOverlap: true })
})

test('one may begin as another ends; without an end two hours count', async () => {
  const { make } = await evening()
  await make({ startsAt: at('20:00') })
  await expect(make({ startsAt: at('21:59') })).rejects.toThrow(PerformancesOverlap)
  await make({ startsAt: at('22:00') })
  await expect(make({ startsAt: at('16:01') })).rejects.toThrow(PerformancesOverlap)
  await make({ startsAt: at('16:00') })
})

test('a later plan of the same name is the same hall, another plan of the venue is not', async () => {
  const { show, make } = await evening()
  const later = await layoutBeside(show, ' main HALL')
  await expect(make({ layoutId: later })).rejects.toThrow(PerformancesOverlap)
  const typed = await layoutBeside(show, 'M\u00e1in  \uff28all')
  await expect(make({ layoutId: typed })).rejects.toThrow(PerformancesOverlap)
  await make({ layoutId: await layoutBeside(show, 'Studio') })
})

test('compares halls without normalized names by their plain names until the job has run', async () => {
  const { show, make } = await evening()
  const [plain, typed] = [await layoutBeside(show, 'MAIN hall'), await layoutBeside(show, 'M\u00e1in hall')]
  await database.db.execute(
    sql`update layouts set folded_name = null, search_rule = 0 where venue_id = ${show.by.venueId}`,
  )
  await expect(make({ layoutId: plain })).rejects.toThrow(PerformancesOverlap)
  await make({ layoutId: typed })
  expect(await indexSearch(ctxOf(database))).toBe(3)
  await expect(make({ layoutId: plain })).rejects.toThrow(PerformancesOverlap)
  await expect(make({ layoutId: typed })).rejects.toThrow(PerformancesOverlap)
})

test('what is cancelled or postponed leaves the hall free', async () => {
  const { show, ctx, make } = await evening()
  await postponePerformance(ctx(), { performanceId: show.performance.id })
  const second = await make({})
  await cancelPerformance(ctx(), { performanceId: second.id, reason: 'Fire' })
  await make({})
})

test('checks a new date and a later end for overlaps, too', async () => {
  const { show, ctx, make } = await evening()
  const late = await make({ startsAt: at('20:00') })
  const input = { performanceId: late.id, startsAt: at('19:00') }
  await expect(reschedulePerformance(ctx(), input)).rejects.toThrow(PerformancesOverlap)
  const longer = { performanceId: show.performance.id, endsAt: at('20:30') }
  await expect(updatePerformance(ctx(), longer)).rejects.toThrow(PerformancesOverlap)
  await updatePerformance(ctx(), { ...longer, allowOverlap: true })
  await reschedulePerformance(ctx(), { ...input, allowOverlap: true })
})

test('publishing names an overlap unless it was or is allowed', async () => {
  const { show, other, ctx, make } = await evening()
  const mine = await make({ startsAt: at('21:00') })
  await database.pool.query('update performances set starts_at = $2 where id = $1', [mine.id, at('19:00')])
  const refusal = await publishEvent(ctx(), { eventId: other.id }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(EventNotReady)
  expect((refusal as EventNotReady).problems.join()).toMatch(/Hamlet uses the same hall.*allowOverlap/)
  expect(await publishEvent(ctx(), { eventId: other.id, allowOverlap: true })).toMatchObject({ status: 'PUBLISHED' })
  const acknowledged = await createEvent(ctx(), eventInput(show.by.partnerId, { title: 'Lear' }))
  await createPerformance(ctx(), performanceInput(acknowledged.id, show.by, { allowOverlap: true }))
  expect(await publishEvent(ctx(), { eventId: acknowledged.id })).toMatchObject({ status: 'PUBLISHED' })
})

test('of two who want the same hour at the same instant one gets it', async () => {
  const { make } = await evening()
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => make({ startsAt: at('23:00') })))
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
})
