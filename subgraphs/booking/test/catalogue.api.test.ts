import { readFileSync } from 'node:fs'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import type { LayoutSection } from '@tikitu/schema/layout'
import { type OperationDefinitionNode, parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { bookingOn, migrations } from './factories.ts'
import { eventInput, onSale, organizer, performanceInput, smallHouse } from './factories-catalogue.ts'

const database = useDatabase(migrations)

const files = ['booking', 'booking-catalogue', 'refusal'].map(
  (name) => new URL(`../../../schema/operations/${name}.graphql`, import.meta.url),
)
const document = parse(files.map((file) => readFileSync(file, 'utf8')).join('\n'))

/** The client's own operation of that name, with the fragments it uses. */
function operation(name: string, variables: Record<string, unknown>) {
  const own = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === 'OperationDefinition' && node.name?.value === name,
  )
  if (!own) throw new Error(`there is no operation ${name}`)
  const used = new Set([own.name?.value])
  for (let before = -1; before !== used.size; ) {
    before = used.size
    for (const node of document.definitions) {
      if (!('name' in node) || !used.has(node.name?.value)) continue
      for (const [, fragment] of print(node).matchAll(/\.\.\.(?!\s*on )\s*(\w+)/g)) used.add(fragment)
    }
  }
  const nodes = document.definitions.filter(
    (node) => node === own || (node.kind === 'FragmentDefinition' && used.has(node.name.value)),
  )
  return { query: nodes.map(print).join('\n'), variables }
}

function asInput(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>
}

test('a manager drafts an event, plans a performance and publishes it, with the operations of the client', async () => {
  const booking = await bookingOn(database)
  const by = await organizer(database)
  const run = async (name: string, input: object) => {
    const answer = await callAs(booking, by.manager, operation(name, { input: asInput(input) }))
    expect(answer.errors).toBeUndefined()
    return answer.data as Record<string, Record<string, unknown>>
  }
  const images = [{ url: 'https://img.example/a.jpg', alt: 'A skull' }]
  const { createEvent } = await run('CreateEvent', eventInput(by.partnerId, { images }))
  const eventId = createEvent?.['id'] as string
  expect(createEvent).toMatchObject({ __typename: 'Event', slug: 'hamlet', status: 'DRAFT' })
  expect((await run('PublishEvent', { eventId })).publishEvent).toMatchObject({
    __typename: 'EventNotReady',
    code: 'EVENT_NOT_READY',
    problems: ['Add an upcoming performance.'],
  })
  const { createPerformance } = await run('CreatePerformance', performanceInput(eventId, by))
  expect(createPerformance).toMatchObject({ status: 'SCHEDULED', capacity: 65, freeSeats: 65, isOnSale: false })
  expect((await run('PublishEvent', { eventId })).publishEvent).toMatchObject({ status: 'PUBLISHED' })
  expect((await run('CreateEvent', eventInput(by.partnerId, { slug: 'hamlet' }))).createEvent).toMatchObject({
    __typename: 'SlugTaken',
    code: 'SLUG_TAKEN',
  })
})

test('everybody finds an event and sees its seat map, prices and free seats', async () => {
  const booking = await bookingOn(database)
  const { event, performance, by } = await onSale(database, {
    event: { title: 'Medea' },
    performance: { cancellation: { deadlineHours: 48, feePerTicketMinor: 500 } },
  })
  const ask = async (name: string, variables: Record<string, unknown>) => {
    const answer = await callAs(booking, anonymous, operation(name, variables))
    expect(answer.errors).toBeUndefined()
    return answer.data
  }
  expect(await ask('Events', { filter: { text: 'mede' } })).toMatchObject({
    events: {
      edges: [
        {
          node: {
            id: event.id,
            organizer: 'Globe',
            performances: { edges: [{ node: { priceFrom: { amountMinor: 2500 } } }] },
          },
        },
      ],
    },
  })
  expect(await ask('EventBySlug', { slug: event.slug })).toMatchObject({ eventBySlug: { id: event.id } })
  expect(await ask('Performance', { id: performance.id })).toMatchObject({
    performance: {
      city: 'Amsterdam',
      isOnSale: true,
      tiers: [{ name: 'Adult' }, { name: 'Child' }, { name: 'Standing' }],
      cancellation: { deadlineHours: 48, feePerTicket: { amountMinor: 500, currency: 'EUR' } },
    },
  })
  expect(await ask('SeatMap', { performanceId: performance.id })).toMatchObject({
    performance: {
      seatMap: { layoutId: by.layoutId, layoutNumber: 1, capacity: 65, geometry: { sections: [{ count: 15 }, {}] } },
    },
  })
  expect(await ask('Availability', { performanceId: performance.id })).toMatchObject({
    performance: { availability: { isDelta: false, sections: [{ free: 15, bitmap: '//4=' }, { free: 50 }] } },
  })
  expect(await ask('BlockedSeats', { performanceId: performance.id })).toMatchObject({
    performance: { blockedSeats: null },
  })
})

test('the seat map is typed except for its seats', async () => {
  const corners = [
    { x: -200, y: 300 },
    { x: 500, y: 300 },
    { x: 500, y: 900 },
  ]
  const stage = { kind: 'STAGE' as const, label: 'Stage', points: corners.map(({ x, y }) => ({ x, y: y - 1000 })) }
  const [stalls, floor] = smallHouse.sections as [LayoutSection, LayoutSection]
  const sections = [stalls, { ...floor, outline: corners } as LayoutSection]
  const { performance } = await onSale(database, { document: { ...smallHouse, sections, shapes: [stage] } })
  const query = `query ($id: ID!) { performance(id: $id) { seatMap {
    bounds { minX minY maxX maxY } zones { name color } sections { label zone kind first count outline { x y } }
    shapes { kind label points { x y } isClosed }
  } } }`
  const { data } = await callAs(await bookingOn(database), anonymous, { query, variables: { id: performance.id } })
  expect(data).toEqual({
    performance: {
      seatMap: {
        bounds: { minX: -200, minY: -700, maxX: 500, maxY: 900 },
        zones: smallHouse.zones,
        sections: [
          { label: 'Stalls', zone: 'Stalls', kind: 'SEATED', first: 0, count: 15, outline: null },
          { label: 'Floor', zone: 'Floor', kind: 'GENERAL_ADMISSION', first: 15, count: 50, outline: corners },
        ],
        shapes: [{ ...stage, isClosed: false }],
      },
    },
  })
})

test('best available returns adjacent seats, general-admission seats, or a refusal with the number left', async () => {
  const booking = await bookingOn(database)
  const { performance, adult, standing } = await onSale(database)
  const run = async (name: string, tierId: string, count: number) => {
    const input = { performanceId: performance.id, tiers: [{ tierId, count }] }
    return (await callAs(booking, testUser(), operation(name, { input }))).data
  }
  expect(await run('HoldBestAvailable', adult.id, 2)).toMatchObject({
    holdBestAvailable: { __typename: 'Hold', total: { amountMinor: 10_000 }, seats: [{}, {}] },
  })
  expect(await run('HoldGeneralAdmission', standing.id, 1)).toMatchObject({
    holdGeneralAdmission: { __typename: 'Hold', seats: [{ seatLabel: 'Floor' }] },
  })
  expect(await run('HoldBestAvailable', adult.id, 9)).toMatchObject({
    holdBestAvailable: { __typename: 'NotEnoughSeats', code: 'NOT_ENOUGH_SEATS', free: 11 },
  })
})

test('a draft is visible only to its partner, by query, by reference and in the list of the partner', async () => {
  const booking = await bookingOn(database)
  const by = await organizer(database)
  const created = await callAs(booking, by.manager, operation('CreateEvent', { input: eventInput(by.partnerId) }))
  const { id } = (created.data as { createEvent: { id: string } }).createEvent
  const query = `query ($id: ID!, $refs: [_Any!]!) {
    event(id: $id) { id }
    _entities(representations: $refs) { ... on Event { id } ... on Partner { events { edges { node { id } } } } }
  }`
  const refs = [
    { __typename: 'Event', id },
    { __typename: 'Partner', id: by.partnerId },
  ]
  const asked = { query, variables: { id, refs } }
  const none = { event: null, _entities: [null, { events: { edges: [] } }] }
  expect((await callAs(booking, anonymous, asked)).data).toEqual(none)
  expect((await callAs(booking, testUser(), asked)).data).toEqual(none)
  const all = { event: { id }, _entities: [{ id }, { events: { edges: [{ node: { id } }] } }] }
  expect((await callAs(booking, by.manager, asked)).data).toEqual(all)
  expect((await callAs(booking, testStaff(), asked)).data).toEqual(all)
})

test('who works for no partner is turned away at the door', async () => {
  const booking = await bookingOn(database)
  const { by, event } = await onSale(database)
  const input = { eventId: event.id, reason: 'X' }
  const asStranger = await callAs(booking, testUser(), operation('CancelEvent', { input }))
  expect(asStranger.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
  const asNobody = await callAs(booking, anonymous, operation('CancelEvent', { input }))
  expect(asNobody.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  const asManager = await callAs(booking, by.manager, operation('CancelEvent', { input }))
  expect(asManager.data).toMatchObject({ cancelEvent: { status: 'CANCELLED' } })
})

test('a list of events costs a fixed number of queries, however long it is', async () => {
  const booking = await bookingOn(database)
  const queries: string[] = []
  const counted = async (first: number) => {
    queries.length = 0
    const answer = await callAs(booking, anonymous, operation('Events', { first }))
    expect(answer.errors).toBeUndefined()
    return queries.length
  }
  const { query } = database.pool
  database.pool.query = ((...args: Parameters<typeof query>) => {
    queries.push(String(args[0]))
    return query.apply(database.pool, args)
  }) as typeof query
  await onSale(database)
  await counted(100)
  expect(await counted(100)).toBe(await counted(1))
  expect(await counted(1)).toBeLessThanOrEqual(7)
})
