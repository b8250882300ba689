import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { cachedEntity, cachedField } from '@tikitu/kit/testing/graphql/cached-responses'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { createEvent } from '../src/domain/catalogue/create-event.ts'
import { createPerformance } from '../src/domain/catalogue/create-performance.ts'
import { bookingOn, ctxOf, migrations } from './factories.ts'
import { eventInput, onSale, organizer, performanceInput } from './factories-catalogue.ts'

const database = useDatabase(migrations)

async function settled() {
  const show = await onSale(database)
  const manager = ctxOf(database, show.by.manager)
  const draft = await createEvent(manager, eventInput(show.by.partnerId, { title: 'Secret' }))
  const planned = await createPerformance(manager, performanceInput(draft.id, show.by, { allowOverlap: true }))
  const callers = {
    anonymous,
    user: testUser(),
    'other partner': (await organizer(database)).manager,
    scanner: show.by.scanner,
    manager: show.by.manager,
    admin: testStaff(),
  }
  return { show, draft, planned, callers, subgraph: await bookingOn(database) }
}

test('data that is the same for everybody is cacheable for some seconds', async () => {
  const { show, callers, subgraph } = await settled()
  const { event, performance } = show
  const short = 'max-age=2, public'
  const ofEvent = await cachedEntity(subgraph, callers, { type: 'Event', id: event.id })
  expect([ofEvent.cacheControl, JSON.stringify(ofEvent.data).includes(event.title)]).toEqual([short, true])
  const ofPerformance = await cachedEntity(subgraph, callers, { type: 'Performance', id: performance.id })
  expect([ofPerformance.cacheControl, JSON.stringify(ofPerformance.data).includes('geometry')]).toEqual([short, true])
  for (const field of [
    `event(id: "${event.id}")`,
    `eventBySlug(slug: "${event.slug}")`,
    `performance(id: "${performance.id}")`,
    'events',
  ])
    expect((await cachedField(subgraph, callers, field)).cacheControl).toBe(short)
})

test('a draft is never kept, neither what its makers see nor that others see nothing', async () => {
  const { draft, planned, callers, subgraph } = await settled()
  for (const [type, id] of [['Event', draft.id] as const, ['Performance', planned.id] as const])
    expect((await cachedEntity(subgraph, callers, { type, id })).cacheControl).toBe('no-store')
  for (const field of [
    `event(id: "${draft.id}")`,
    `eventBySlug(slug: "${draft.slug}")`,
    `performance(id: "${planned.id}")`,
  ])
    expect((await cachedField(subgraph, callers, field)).cacheControl).toBe('no-store')
})
