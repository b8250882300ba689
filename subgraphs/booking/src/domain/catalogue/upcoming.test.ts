import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { eventInput, onSale, organizer, performanceInput } from '../../../test/factories-catalogue.ts'
import { held } from '../../../test/purchases.ts'
import { createEvent } from './create-event.ts'
import { createPerformance } from './create-performance.ts'
import { listPerformances } from './list-performances.ts'
import { isOnSale } from './performance-terms.ts'
import { postponePerformance } from './postpone-performance.ts'
import { publishEvent } from './publish-event.ts'
import { searchEvents } from './search-events.ts'

const database = useDatabase(migrations)
const at = (text: string) => new Date(text)
const festival = {
  startsAt: at('2027-03-01T10:30:00Z'),
  endsAt: at('2027-03-04T10:00:00Z'),
  salesEndAt: at('2027-03-03T10:00:00Z'),
}

async function found(title: string, now: Date, filter: object = {}): Promise<number> {
  const { edges } = await searchEvents(ctxOf(database, { kind: 'anonymous' }, now), {
    filter: { text: title, ...filter },
    sort: 'SOONEST',
  })
  return edges.length
}

test('what runs is found, listed and sold until its sales end, and listed until it ends', async () => {
  const show = await onSale(database, { event: { title: 'Festivalrunning' }, performance: festival })
  const listed = async (now: Date) =>
    (await listPerformances(ctxOf(database, undefined, now), show.event, { upcoming: true })).edges.length
  const running = at('2027-03-02T10:00:00Z')
  expect([await found('Festivalrunning', running), await listed(running)]).toEqual([1, 1])
  expect(await found('Festivalrunning', running, { isAvailable: true })).toBe(1)
  expect(await isOnSale(ctxOf(database, undefined, running), show.performance)).toBe(true)
  await held(ctxOf(database, undefined, running), show, 0)
  const unsold = at('2027-03-03T12:00:00Z')
  expect([await found('Festivalrunning', unsold), await listed(unsold)]).toEqual([1, 1])
  expect(await found('Festivalrunning', unsold, { isAvailable: true })).toBe(0)
  expect([await found('Festivalrunning', festival.endsAt), await listed(festival.endsAt)]).toEqual([0, 0])
})

test('without an end it is upcoming until its sales end; with neither until it starts', async () => {
  const late = { startsAt: festival.startsAt, salesEndAt: at('2027-03-02T00:00:00Z') }
  await onSale(database, { event: { title: 'Latesales' }, performance: late })
  await onSale(database, { event: { title: 'Plainevening' }, performance: { startsAt: festival.startsAt } })
  const begun = at('2027-03-01T12:00:00Z')
  expect([await found('Latesales', begun), await found('Plainevening', begun)]).toEqual([1, 0])
})

test('an exhibition that opened yesterday can be made and published, and is sold until it ends', async () => {
  const by = await organizer(database)
  const ctx = () => ctxOf(database, by.manager)
  const event = await createEvent(ctx(), eventInput(by.partnerId, { title: 'Exhibition' }))
  const opened = { startsAt: at('2027-02-28T09:00:00Z'), endsAt: at('2027-05-01T17:00:00Z') }
  const made = await createPerformance(
    ctx(),
    performanceInput(event.id, by, { ...opened, salesStartAt: at('2027-03-01T09:00:00Z') }),
  )
  expect(made.salesEndAt).toEqual(opened.endsAt)
  await publishEvent(ctx(), { eventId: event.id })
  expect(await isOnSale(ctx(), made)).toBe(true)
})

test('a postponed event is found after those with a date, and not by a date', async () => {
  const word = 'Wordofthistest'
  const waits = await onSale(database, {
    event: { title: `${word} one` },
    performance: { startsAt: at('2027-04-01T18:00:00Z') },
  })
  const dated = await onSale(database, { event: { title: `${word} two` } })
  await postponePerformance(ctxOf(database, waits.by.manager), { performanceId: waits.performance.id })
  const now = at('2027-05-01T00:00:00Z')
  const { edges } = await searchEvents(ctxOf(database, { kind: 'anonymous' }, now), {
    filter: { text: word },
    sort: 'SOONEST',
  })
  expect(edges.map((edge) => edge.node.id)).toEqual([dated.event.id, waits.event.id])
  expect(await found(word, now, { startsAt: { from: at('2027-01-01T00:00:00Z') } })).toBe(1)
  expect(await found(word, now, { isAvailable: true })).toBe(1)
})
