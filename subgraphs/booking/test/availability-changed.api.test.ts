import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { createLog } from '@tikitu/kit/base/log'
import { createListener } from '@tikitu/kit/postgres/listener'
import type { EventStream } from '@tikitu/kit/subscriptions/change-stream'
import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { firstEventAs, nextOf, subscribeAs } from '@tikitu/kit/testing/graphql/subscriptions'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partnerMembers } from '../src/db/tables/partners.ts'
import { createEvent } from '../src/domain/catalogue/create-event.ts'
import { createPerformance } from '../src/domain/catalogue/create-performance.ts'
import { availabilityOf } from '../src/domain/inventory/availability.ts'
import { blockSeats } from '../src/domain/inventory/block-seats.ts'
import { holdGeneralAdmission } from '../src/domain/inventory/hold-general-admission.ts'
import { releaseHold } from '../src/domain/inventory/release-hold.ts'
import { ctxOf, intervalMs, migrations, openingDay, waitForTransactions } from './factories.ts'
import { eventInput, onSale, organizer, performanceInput, type Show } from './factories-catalogue.ts'
import { isQuiet, processes } from './live.ts'
import { held } from './purchases.ts'

const database = useDatabase(migrations)
const startProcess = processes(database)

const query = /* GraphQL */ `
  subscription ($performanceId: ID!, $since: String) {
    availabilityChanged(performanceId: $performanceId, since: $since) {
      availability { version isDelta nextChangeAt sections { section first capacity free bitmap } }
    }
  }
`

interface AvailabilityResult {
  version: string
  isDelta: boolean
  sections: { section: number; free: number; bitmap: string }[]
}

type Events = EventStream<string>

async function watch(show: Pick<Show, 'performance'>, options: { since?: string; viewer?: Viewer; at?: Booking } = {}) {
  const variables = { performanceId: show.performance.id, since: options.since }
  return await subscribeAs(options.at ?? (await startProcess()), options.viewer ?? anonymous, { query, variables })
}

type Booking = Awaited<ReturnType<typeof startProcess>>

async function shown(events: Events): Promise<AvailabilityResult> {
  const { data, errors } = await nextOf(events)
  expect(errors).toBeUndefined()
  return (data as { availabilityChanged: { availability: AvailabilityResult } }).availabilityChanged.availability
}

const standing = (show: Show) => ({
  performanceId: show.performance.id,
  tiers: [{ tierId: show.standing.id, count: 1 }],
})

test('sends every section first, then those that change, from any process', async () => {
  const show = await onSale(database)
  const events = await watch(show)
  expect(await shown(events)).toMatchObject({
    isDelta: false,
    sections: [
      { section: 0, first: 0, capacity: 15, free: 15 },
      { section: 1, first: 15, capacity: 50, free: 50 },
    ],
  })
  const hold = await held(ctxOf(database), show, 3)
  expect(await shown(events)).toMatchObject({ isDelta: true, sections: [{ section: 0, free: 14 }] })
  await holdGeneralAdmission(ctxOf(database), standing(show))
  expect(await shown(events)).toMatchObject({ sections: [{ section: 1, free: 49 }] })
  await releaseHold(ctxOf(database, testUser({ userId: hold.userId })), { holdId: hold.id })
  expect(await shown(events)).toMatchObject({ sections: [{ section: 0, free: 15 }] })
  const numbers = [5, 20]
  await blockSeats(ctxOf(database, show.by.manager), {
    performanceId: show.performance.id,
    seatNumbers: numbers,
    reason: 'Desk',
  })
  expect(await shown(events)).toMatchObject({ sections: [{ free: 14 }, { free: 48 }] })
  expect(await isQuiet(events)).toBe(true)
})

test('shows the seats of a hold as free when it expires, although no row changes', async () => {
  const show = await onSale(database)
  await held(ctxOf(database), show, 3)
  let now = openingDay
  const events = await watch(show, { at: await startProcess(() => now) })
  expect((await shown(events)).sections[0]).toMatchObject({ free: 14 })
  now = new Date(openingDay.getTime() + 600_000)
  expect(await shown(events)).toMatchObject({ isDelta: true, sections: [{ section: 0, free: 15 }] })
})

test('sends a change once, even while a long transaction makes it look new repeatedly', async () => {
  const show = await onSale(database)
  const at = await startProcess()
  const asked = statementsOf(at)
  const events = await watch(show, { at })
  await shown(events)
  const slow = await database.pool.connect()
  await slow.query('begin; select pg_current_xact_id()')
  await held(ctxOf(database), show, 3)
  expect(await shown(events)).toMatchObject({ sections: [{ section: 0, free: 14 }] })
  const before = asked.length
  await expect.poll(() => asked.length, { interval: 5 }).toBeGreaterThan(before + 3)
  expect(await isQuiet(events)).toBe(true)
  await slow.query('rollback')
  slow.release()
})

test('starts with the changes since the last version, from any process', async () => {
  const show = await onSale(database)
  await waitForTransactions(database)
  const before = await watch(show)
  const { version } = await shown(before)
  await before.return()
  await held(ctxOf(database), show, 3)
  await waitForTransactions(database)
  const at = await startProcess()
  const others = await watch(show, { at })
  await shown(others)
  const events = await watch(show, { since: version, at })
  const resumed = await shown(events)
  expect(resumed).toMatchObject({ isDelta: true, sections: [{ section: 0, free: 14 }] })
  expect(await shown(await watch(show, { since: resumed.version, at }))).toMatchObject({ isDelta: true, sections: [] })
  await holdGeneralAdmission(ctxOf(database), standing(show))
  expect(await shown(events)).toMatchObject({ sections: [{ section: 1, free: 49 }] })
  const foreign = await watch(show, { since: '9000000000000000-1', at })
  expect(await shown(foreign)).toMatchObject({ isDelta: false, sections: [{ section: 0 }, { section: 1 }] })
})

test('refuses what is no version, and what is no performance', async () => {
  const booking = await startProcess()
  const { performance } = await onSale(database)
  const codeOf = async (variables: object) => {
    const { errors } = await firstEventAs(booking, anonymous, { query, variables: { ...variables } })
    return errors?.[0]?.extensions?.['code']
  }
  expect(await codeOf({ performanceId: performance.id, since: 'x' })).toBe('BAD_USER_INPUT')
  expect(await codeOf({ performanceId: 'prf_none' })).toBe('NOT_FOUND')
})

test('shows a draft to its partner alone, and to no member who has left', async () => {
  const booking = await startProcess()
  const by = await organizer(database)
  const manager = () => ctxOf(database, by.manager)
  const draft = await createEvent(manager(), eventInput(by.partnerId))
  const performance = await createPerformance(manager(), performanceInput(draft.id, by))
  const variables = { performanceId: performance.id }
  for (const viewer of [anonymous, testUser(), (await organizer(database)).manager]) {
    const { errors } = await firstEventAs(booking, viewer, { query, variables })
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  }
  const events = await watch({ performance }, { viewer: by.manager, at: booking })
  await shown(events)
  const desk = (number: number) => ({ performanceId: performance.id, seatNumbers: [number], reason: 'Desk' })
  await blockSeats(manager(), desk(1))
  expect(await shown(events)).toMatchObject({ sections: [{ free: 14 }] })
  await blockSeats(manager(), desk(2))
  await database.db.delete(partnerMembers).where(eq(partnerMembers.userId, by.manager.userId))
  await expect.poll(() => nextOf(events)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  expect((await events.next()).done).toBe(true)
})

test('applies visibility per subscriber, although events are shared', async () => {
  const show = await onSale(database)
  const at = await startProcess()
  const of = `performanceId: "${show.performance.id}"`
  const both = `subscription { availabilityChanged(${of}) { availability { isDelta } performance { id blockedSeats { edges { node { seatNumber } } } } } }`
  const viewers = [anonymous, show.by.manager, testUser(), show.by.manager]
  const all = await Promise.all(viewers.map((viewer) => subscribeAs(at, viewer, { query: both })))
  const blockedSeats = async () =>
    (await Promise.all(all.map(nextOf))).map(
      ({ data }) => (data as { availabilityChanged: { performance: object } }).availabilityChanged.performance,
    )
  const { id } = show.performance
  const [none, own] = [
    { id, blockedSeats: null },
    { id, blockedSeats: { edges: [] as object[] } },
  ]
  expect(await blockedSeats()).toEqual([none, own, none, own])
  await blockSeats(ctxOf(database, show.by.manager), { performanceId: id, seatNumbers: [5], reason: 'Desk' })
  own.blockedSeats = { edges: [{ node: { seatNumber: 5 } }] }
  expect(await blockedSeats()).toEqual([none, own, none, own])
})

/** The state of a client that only applies the events it received. */
function picture() {
  const bitmaps = new Map<number, string>()
  return {
    bitmaps,
    add: ({ sections }: AvailabilityResult) => {
      for (const { section, bitmap } of sections) bitmaps.set(section, bitmap)
    },
  }
}

test('shows everybody what is so in the end, however fast or slowly they look while many buy', async () => {
  const show = await onSale(database)
  const performanceId = show.performance.id
  const all = await Promise.all([startProcess(), startProcess()])
  const watchers = await Promise.all(
    Array.from({ length: 12 }, async (_each, index) => ({
      events: await watch(show, { at: all[index % 2] }),
      restMs: (index % 4) * 15,
      ...picture(),
    })),
  )
  let isOver = false
  const looking = watchers.map(async ({ events, restMs, add }) => {
    for (let event = await events.next(); !event.done; event = await events.next()) {
      add(JSON.parse(event.value).data.availabilityChanged.availability as AvailabilityResult)
      if (!isOver) await new Promise((resolve) => setTimeout(resolve, restMs))
    }
  })
  await Promise.all(
    Array.from({ length: 30 }, async (_each, index) => {
      const ctx = ctxOf(database)
      const hold = index % 2 ? await held(ctx, show, index % 15) : await holdGeneralAdmission(ctx, standing(show))
      if (index % 3 === 0) await releaseHold(ctx, { holdId: hold.id })
    }).map((buying) => buying.catch(() => undefined)),
  )
  isOver = true
  const { sections } = await availabilityOf(ctxOf(database), { performanceId })
  const truth = new Map(sections.map(({ section, bitmap }) => [section, bitmap]))
  await expect.poll(() => watchers.map(({ bitmaps }) => bitmaps), { timeout: 5_000 }).toEqual(watchers.map(() => truth))
  for (const { events } of watchers) await events.return()
  await Promise.all(looking)
})

test('asks the database once per round for two thousand watchers, and not at all for none', async () => {
  const show = await onSale(database)
  const at = await startProcess()
  const asked = statementsOf(at)
  const watchers: Events[] = []
  for (let i = 0; i < 20; i++) {
    watchers.push(...(await Promise.all(Array.from({ length: 100 }, () => watch(show, { at })))))
  }
  await Promise.all(watchers.map(shown))
  const [before, begun] = [asked.length, performance.now()]
  for (let change = 0; change < 3; change++) {
    await held(ctxOf(database), show, change)
    const all = await Promise.all(watchers.map(shown))
    expect(new Set(all.map(({ sections }) => sections[0]?.free))).toEqual(new Set([14 - change]))
  }
  // 6,000 events were sent with only the statements of each poll.
  const during = asked.slice(before)
  expect(during.filter(({ text }) => !text.includes('booking.availability'))).toEqual([])
  expect(during.length).toBeLessThan((performance.now() - begun) / intervalMs + 2)

  for (const events of watchers) await events.return()
  const readsOf = (of: Show) => asked.filter(({ values }) => values.includes(of.performance.id)).length
  const [other, last] = [await onSale(database), readsOf(show)]
  await shown(await watch(other, { at }))
  await expect.poll(() => readsOf(other), { interval: 5 }).toBeGreaterThan(5)
  // A round that was under way may still have had it to read.
  expect(readsOf(show)).toBeLessThanOrEqual(last + 1)
}, 60_000)

/** The statements of a process, as they run. */
function statementsOf({ pool }: Booking) {
  const statements: { text: string; values: unknown[] }[] = []
  const ask = pool.query.bind(pool) as (...call: unknown[]) => unknown
  pool.query = ((...call: [{ text: string; values?: unknown[] }, unknown[]?]) => {
    statements.push({ text: call[0].text, values: call[1] ?? call[0].values ?? [] })
    return ask(...call)
  }) as typeof pool.query
  return statements
}

test('says nothing to other processes for a hold: those who buy do not queue up for those who watch', async () => {
  const show = await onSale(database)
  const heard: string[] = []
  const listener = createListener({
    pool: database.pool,
    channel: 'tikitu_live',
    log: createLog('test', 'silent'),
    onMessage: (topic) => heard.push(topic),
    onOpened: () => undefined,
    isNeeded: () => true,
  })
  await listener.opened()
  const hold = await held(ctxOf(database), show, 3)
  await releaseHold(ctxOf(database, testUser({ userId: hold.userId })), { holdId: hold.id })
  await notifyWatchers(ctxOf(database), 'marker')
  await expect.poll(() => heard).toEqual(['marker'])
  await listener.close()
})
