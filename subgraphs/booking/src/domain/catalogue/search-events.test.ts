import { InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { beforeAll, expect, test } from 'vitest'
import { ctxOf, later, migrations } from '../../../test/factories.ts'
import { eventInput, onSale, performanceInput, type Show } from '../../../test/factories-catalogue.ts'
import { readBothWays } from '../../../test/read-both-ways.ts'
import { events } from '../../db/tables/catalogue.ts'
import { blockSeats } from '../inventory/block-seats.ts'
import { holdSeats } from '../inventory/hold-seats.ts'
import { applyPartner } from '../projections/apply-partner.ts'
import { applyVenue } from '../projections/apply-venue.ts'
import { cancelEvent } from './cancel-event.ts'
import { createEvent } from './create-event.ts'
import { createPerformance } from './create-performance.ts'
import type { EventFilter } from './event-filter.ts'
import { refreshNextStarts } from './next-start.ts'
import { type EventSort, searchEvents } from './search-events.ts'

const database = useDatabase(migrations)

let hamlet: Show
let derby: Show

beforeAll(async () => {
  hamlet = await onSale(database, {
    event: { title: 'Hamlet', description: 'A play by Shakespeare about Denmark.' },
    performance: { startsAt: new Date('2027-05-01T18:00:00Z') },
  })
  await onSale(database, {
    event: { title: 'Beyoncé live', category: 'CONCERT', description: 'She plays Hamlet too.' },
    performance: { startsAt: new Date('2027-04-01T18:00:00Z'), currency: 'IDR' },
  })
  derby = await onSale(database, {
    event: { title: 'The Derby', category: 'SPORTS', description: 'Football.' },
    performance: { startsAt: new Date('2027-06-01T18:00:00Z'), salesStartAt: new Date('2027-04-01T00:00:00Z') },
  })
  await moveTo(derby, 'Jakarta', 'ID')
  const { manager, partnerId } = hamlet.by
  await createEvent(ctxOf(database, manager), eventInput(partnerId, { title: 'Hamlet, a draft' }))
  const gone = await onSale(database, { event: { title: 'Hamlet, cancelled' } })
  await cancelEvent(ctxOf(database, gone.by.manager), { eventId: gone.event.id, reason: 'Ill' })
  const barred = await onSale(database, { event: { title: 'Hamlet, barred' } })
  await applyPartner(ctxOf(database), { ...(await suspended(barred)), maySell: false })
  await onSale(database, {
    event: { title: 'Hamlet, over' },
    performance: { startsAt: new Date('2027-03-01T11:00:00Z') },
  })
})

async function suspended({ by }: Show) {
  return {
    partnerId: by.partnerId,
    version: 9,
    name: 'X',
    status: 'SUSPENDED' as const,
    mayBePaidOut: false,
    members: [],
  }
}

async function moveTo({ by }: Show, city: string, country: string): Promise<void> {
  const { venueId, partnerId } = by
  const venue = { venueId, version: 2, partnerId, name: 'Stadium', addressLines: [], timeZone: 'Asia/Jakarta' }
  await applyVenue(ctxOf(database), { ...venue, city, country })
}

/**
 * Two hours after opening: the last of the performances above is over. Asked before and after the next starts are written down,
 * which changes no answer.
 */
async function found(filter: EventFilter, sort: EventSort = 'SOONEST'): Promise<string[]> {
  const ctx = later(ctxOf(database), 120)
  const titles = async () => (await searchEvents(ctx, { filter, sort })).edges.map((edge) => edge.node.title)
  await database.db.update(events).set({ nextStartsUntil: '-infinity' })
  const computed = await titles()
  await refreshNextStarts(ctx)
  expect(await titles()).toEqual(computed)
  return computed
}

test('lists what is published, sold by who may sell, and still to come, the soonest first', async () => {
  expect(await found({})).toEqual(['Beyoncé live', 'Hamlet', 'The Derby'])
})

test('finds words and beginnings of words in any case and without accents, all of them', async () => {
  expect(await found({ text: 'beyonce' })).toEqual(['Beyoncé live'])
  expect(await found({ text: 'BEYONCÉ LIV' })).toEqual(['Beyoncé live'])
  expect(await found({ text: 'shakesp denm' })).toEqual(['Hamlet'])
  expect(await found({ text: 'shakespeare football' })).toEqual([])
  expect(await found({ text: "' | & ! :* (" })).toEqual([])
})

test('puts a match in the title before one in the description', async () => {
  expect(await found({ text: 'hamlet' }, 'SOONEST')).toEqual(['Beyoncé live', 'Hamlet'])
  expect(await found({ text: 'hamlet' }, 'RELEVANCE')).toEqual(['Hamlet', 'Beyoncé live'])
})

test.each<[string, EventFilter, string[]]>([
  ['category', { categories: ['CONCERT', 'SPORTS'] }, ['Beyoncé live', 'The Derby']],
  ['city, in any case', { city: 'jakarta' }, ['The Derby']],
  ['country', { country: 'NL' }, ['Beyoncé live', 'Hamlet']],
  ['first day', { startsAt: { from: new Date('2027-05-01T18:00:00Z') } }, ['Hamlet', 'The Derby']],
  ['last day', { startsAt: { before: new Date('2027-05-01T18:00:00Z') } }, ['Beyoncé live']],
  ['highest price', { maxPrice: { amountMinor: 2500, currency: 'EUR' } }, ['Hamlet', 'The Derby']],
  ['price too low for all', { maxPrice: { amountMinor: 2499, currency: 'EUR' } }, []],
  ['lowest price', { minPrice: { amountMinor: 5001, currency: 'EUR' } }, []],
  ['price in another currency', { maxPrice: { amountMinor: 9900, currency: 'IDR' } }, ['Beyoncé live']],
  ['whether sales are open', { isAvailable: true }, ['Beyoncé live', 'Hamlet']],
])('narrows by %s', async (_what, filter, titles) => {
  expect(await found(filter)).toEqual(titles)
})

test('does not combine a price of one performance with the date of another', async () => {
  const show = await onSale(database, { performance: { startsAt: new Date('2027-04-20T18:00:00Z') } })
  const { partnerId, manager } = show.by
  const cheap = ['Stalls', 'Floor'].map((zone) => ({ zone, name: 'Adult', priceMinor: 100 }))
  const late = { startsAt: new Date('2027-07-20T18:00:00Z'), tiers: cheap }
  await createPerformance(ctxOf(database, manager), performanceInput(show.event.id, show.by, late))
  const maxPrice = { amountMinor: 100, currency: 'EUR' }
  expect(await found({ partnerId, maxPrice })).toEqual(['Hamlet'])
  expect(await found({ partnerId, maxPrice, startsAt: { before: new Date('2027-06-01T00:00:00Z') } })).toEqual([])
})

test('leaves a sold-out event out of what is available, until a hold lapses', async () => {
  const show = await onSale(database, { performance: { maxSeatsPerPerson: 100 } })
  const isAvailable = { partnerId: show.by.partnerId, isAvailable: true }
  const rest = Array.from({ length: 64 }, (_each, index) => index + 1)
  const { id } = show.performance
  await blockSeats(ctxOf(database, show.by.manager), { performanceId: id, seatNumbers: rest, reason: 'Guests' })
  expect(await found(isAvailable)).toEqual(['Hamlet'])
  await holdSeats(later(ctxOf(database), 119), { performanceId: id, seats: [{ seatNumber: 0, tierId: show.adult.id }] })
  expect(await found(isAvailable)).toEqual([])
  const { edges } = await searchEvents(later(ctxOf(database), 129), { filter: isAvailable, sort: 'SOONEST' })
  expect(edges).toHaveLength(1)
})

test.each<EventSort>(['SOONEST', 'NEWEST', 'RELEVANCE'])(
  'gives every event once, page by page and both ways, by %s',
  async (sort) => {
    const ctx = ctxOf(database)
    const filter = sort === 'RELEVANCE' ? { text: 'hamlet' } : {}
    const whole = await searchEvents(ctx, { filter, sort, first: 100 })
    const paged = await readBothWays((page) => searchEvents(ctx, { filter, sort, ...page }))
    expect(paged.length).toBeGreaterThan(2)
    expect(paged).toEqual(whole.edges.map((edge) => edge.node))
  },
)

test('refuses a cursor of another list, and prices in two currencies', async () => {
  const ctx = ctxOf(database)
  const after = Buffer.from('["a","b","c"]').toString('base64url')
  await expect(searchEvents(ctx, { sort: 'SOONEST', after })).rejects.toThrow(InvalidInput)
  const filter = { minPrice: { amountMinor: 1, currency: 'EUR' }, maxPrice: { amountMinor: 1, currency: 'IDR' } }
  await expect(searchEvents(ctx, { sort: 'SOONEST', filter })).rejects.toThrow(InvalidInput)
})
