import { fileURLToPath } from 'node:url'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { expect, test } from 'vitest'
import { applyCapturedPayment } from '../src/domain/bookings/apply-captured-payment.ts'
import { postponePerformance } from '../src/domain/catalogue/postpone-performance.ts'
import { reschedulePerformance } from '../src/domain/catalogue/reschedule-performance.ts'
import { updatePerformance } from '../src/domain/catalogue/update-performance.ts'
import { checkIn } from '../src/domain/check-in/check-in.ts'
import { undoCheckIn } from '../src/domain/check-in/undo-check-in.ts'
import { applyVenue } from '../src/domain/projections/apply-venue.ts'
import { ctxOf, migrations } from './factories.ts'
import { onSale } from './factories-catalogue.ts'
import { asService, bought, captured, placed } from './purchases.ts'

const database = useDatabase(migrations)
const at = (text: string) => new Date(text)

/** Sample events of a moved performance, for the tests of other services. */
const sample = fileURLToPath(new URL('../../../schema/events/samples/moves.json', import.meta.url))

test('what booking tells of a performance that moves is what the others are tested with', async () => {
  const doorsAt = at('2027-03-01T09:00:00Z')
  const show = await onSale(database, {
    performance: {
      doorsAt,
      startsAt: at('2027-03-01T20:00:00Z'),
      endsAt: at('2027-03-01T22:00:00Z'),
      entryRule: 'REENTRY',
    },
  })
  const performanceId = show.performance.id
  const manager = () => ctxOf(database, show.by.manager)
  const scanner = () => ctxOf(database, show.by.scanner)
  const early = await bought(database, show, { numbers: [0] })
  const pending = await placed(database, show, { numbers: [1] })
  const scan = { performanceId, code: early.tickets[0]?.code ?? '' }
  await checkIn(scanner(), { ...scan, nonce: 'in' })
  await checkIn(scanner(), { ...scan, nonce: 'out', direction: 'EXIT' })
  const again = await checkIn(scanner(), { ...scan, nonce: 'in again' })
  await undoCheckIn(scanner(), { checkInId: again.id })
  await reschedulePerformance(manager(), { performanceId, startsAt: at('2027-09-01T18:00:00Z'), reason: 'Storm' })
  await applyCapturedPayment(asService(pending.ctx), captured(pending.booking))
  await bought(database, show, { numbers: [2] })
  await updatePerformance(manager(), { performanceId, doorsAt: at('2027-09-01T16:30:00Z') })
  await applyVenue(asService(manager()), {
    ...{ venueId: show.by.venueId, partnerId: show.by.partnerId, version: 2, name: 'Nieuw Theater', city: 'Amsterdam' },
    ...{ country: 'NL', addressLines: ['Kade 2', '1011 AB Amsterdam'], timeZone: 'Europe/Amsterdam' },
  })
  await postponePerformance(manager(), { performanceId, reason: 'Flood' })
  await reschedulePerformance(manager(), { performanceId, startsAt: at('2027-10-01T18:00:00Z') })
  await expect(`${JSON.stringify(await told(), null, 2)}\n`).toMatchFileSnapshot(sample)
})

const names = ['performanceChanged', 'ticketsIssued', 'admissionChanged']

/** The events, in their order and each once, with ids that are the same in every run. */
async function told(): Promise<unknown> {
  const facts = (await outboxOf(database.db)).map(({ event }) => event)
  const once = [...new Map(facts.map((event) => [event.id, event])).values()]
  const told = once
    .map(({ type, data }) => ({ name: type.replace(/^tikitu\.|\.v\d+$/g, ''), data }))
    .filter(({ name }) => names.includes(name.split('.')[1] ?? ''))
  return JSON.parse(withSameIds(JSON.stringify(told)))
}

function withSameIds(text: string): string {
  const known = new Map<string, string>()
  return text
    .replaceAll(/"code":"[^"]+"/g, '"code":"code"')
    .replaceAll(/"reference":"[^"]+"/g, '"reference":"K7QM-2F9D"')
    .replaceAll(/\b([a-z]{3})_[0-9a-z]{26}\b/g, (id, kind) => {
      if (!known.has(id)) known.set(id, `${kind}_sample${known.size + 1}`)
      return known.get(id) ?? ''
    })
}
