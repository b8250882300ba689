import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import type { Payload } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { onSale, type Show } from '../../../test/factories-catalogue.ts'
import { sameClockTime } from '../catalogue/local-time.ts'
import { readPerformance } from '../catalogue/lock-catalogue.ts'
import { applyVenue } from './apply-venue.ts'

const database = useDatabase(migrations)

function venueOf({ by }: Show, change: Partial<Payload<'partner.venueChanged'>> = {}): Payload<'partner.venueChanged'> {
  const place = { name: 'Theater aan het Water', city: 'Amsterdam', country: 'NL', timeZone: 'Europe/Amsterdam' }
  const addressLines = ['Kade 1', '1011 AB Amsterdam']
  return { venueId: by.venueId, partnerId: by.partnerId, version: 2, ...place, addressLines, ...change }
}

async function told(performanceId: string) {
  const facts = await outboxOf(database.db)
  return facts
    .filter(({ to, event }) => to === 'notification' && event.subject === performanceId)
    .map(({ event }) => event.data)
}

test('a corrected time zone keeps the instant, and is announced', async () => {
  const show = await onSale(database)
  await applyVenue(ctxOf(database), venueOf(show, { timeZone: 'Europe/Lisbon' }))
  const now = await readPerformance(ctxOf(database), show.performance.id)
  expect(now).toMatchObject({
    timeZone: 'Europe/Lisbon',
    startsAt: show.performance.startsAt,
    version: 2,
    moveCount: 0,
  })
  expect((await told(show.performance.id)).at(-1)).toMatchObject({ version: 2, details: { timeZone: 'Europe/Lisbon' } })
})

test('or keeps the local time of all its times; an older version changes nothing', async () => {
  const show = await onSale(database, { performance: { doorsAt: new Date('2027-06-01T17:00:00Z') } })
  const lisbon = venueOf(show, { version: 3, timeZone: 'Europe/Lisbon', performanceTimes: 'KEEP_LOCAL_TIME' })
  await applyVenue(ctxOf(database), lisbon)
  await applyVenue(ctxOf(database), venueOf(show, { timeZone: 'Asia/Jakarta' }))
  expect(await readPerformance(ctxOf(database), show.performance.id)).toMatchObject({
    timeZone: 'Europe/Lisbon',
    startsAt: new Date('2027-06-01T19:00:00Z'),
    doorsAt: new Date('2027-06-01T18:00:00Z'),
    salesEndAt: new Date('2027-06-01T19:00:00Z'),
    salesStartAt: show.performance.salesStartAt,
    moveCount: 0,
  })
})

test('a new name or address is announced for each upcoming performance, and for no past one', async () => {
  const show = await onSale(database)
  const id = show.performance.id
  await applyVenue(ctxOf(database), venueOf(show, { name: 'Nieuw Theater', addressLines: ['Kade 2'] }))
  const place = { venueName: 'Nieuw Theater', venueAddressLines: ['Kade 2'] }
  expect((await told(id)).at(-1)).toMatchObject({ version: 2, details: place })
  await applyVenue(
    ctxOf(database),
    venueOf(show, { version: 3, name: 'Nieuw Theater', addressLines: ['Kade 2'], country: 'BE' }),
  )
  await applyVenue(
    ctxOf(database, undefined, new Date('2027-07-01T00:00:00Z')),
    venueOf(show, { version: 4, name: 'Late' }),
  )
  expect((await readPerformance(ctxOf(database), id)).version).toBe(2)
})

test.each([
  { instant: '2027-06-30T19:00:00Z', from: 'America/New_York', to: 'Europe/Lisbon', expected: '2027-06-30T14:00:00Z' },
  { instant: '2027-01-10T18:30:00Z', from: 'Europe/Vienna', to: 'Asia/Kolkata', expected: '2027-01-10T14:00:00Z' },
])('$instant in $from is the same hour in $to at $expected', ({ instant, from, to, expected }) => {
  expect(sameClockTime(new Date(instant), { from, to })).toEqual(new Date(expected))
})
