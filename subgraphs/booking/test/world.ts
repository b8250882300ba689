import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { DomainError } from '@tikitu/kit/base/errors'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { and, eq, gt } from 'drizzle-orm'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Ctx } from '../src/context.ts'
import { holds, type PlaceRow, places } from '../src/db/tables/inventory.ts'
import { type AvailabilityView, availabilityOf } from '../src/domain/inventory/availability.ts'
import { ctxOf, later } from './factories.ts'
import { onSale, type Show } from './factories-catalogue.ts'

/** A small house, the people who fight for it, and one who watches its seat map. */
export interface World {
  database: TestDatabase
  show: Show
  /** How far the clock is, in minutes after opening. */
  minutes: number
  people: UserViewer[]
  /** The watcher's state, built only from changes since its last version. */
  map: { version: string | null; bitmaps: Map<number, string> }
}

/** An action of one user. `dice` decides which hold, which seat and how many. */
export type Act = (world: World, ctx: Ctx, dice: number) => Promise<unknown>

/** People who act at the same instant, some minutes after the round before. */
export interface Round {
  minutes: number
  acts: { act: string; person: number; dice: number }[]
}

/** Number of competing users, and seats per person. */
const peopleCount = 4
const maxSeatsPerPerson = 8

/** Random rounds of these acts: at least so many of them, with at least so many acts at once. */
export function generateRounds(
  acts: Readonly<Record<string, Act>>,
  { rounds = 1, together = 1 } = {},
): fc.Arbitrary<Round[]> {
  const act = fc.record({
    act: fc.constantFrom(...Object.keys(acts)),
    person: fc.nat(peopleCount - 1),
    dice: fc.nat(10_000),
  })
  const round = fc.record({
    minutes: fc.constantFrom(0, 0, 1, 5, 11),
    acts: fc.array(act, { minLength: together, maxLength: 6 }),
  })
  return fc.array(round, { minLength: rounds, maxLength: rounds + 7 })
}

/** A hall of 65 seats on opening day. */
export async function newSimulation(database: TestDatabase): Promise<World> {
  const show = await onSale(database, { performance: { maxSeatsPerPerson, allowsSingleSeats: true } })
  // They compete for hours without paying, so waits are disabled.
  await applyConfigChange(ctxOf(database), { key: 'booking.holdPauseSeconds', scope: 'platform', value: 0, version: 1 })
  const people = Array.from({ length: peopleCount }, () => testUser())
  return { database, show, minutes: 0, people, map: { version: null, bitmaps: new Map() } }
}

/** The context of one of the people, at the world's moment. */
export function ctxIn(world: World, person: number): Ctx {
  return later(ctxOf(world.database, world.people[person]), world.minutes)
}

/** Lets everybody of a round act at once. Refusals are part of life; anything else that goes wrong is a failure. */
export async function play(world: World, round: Round, acts: Readonly<Record<string, Act>>): Promise<void> {
  world.minutes += round.minutes
  const outcomes = await Promise.allSettled(
    round.acts.map(async ({ act, person, dice }) => await acts[act]?.(world, ctxIn(world, person), dice)),
  )
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof DomainError)) throw outcome.reason
  }
}

/** The current seats. */
export async function placesIn(world: World): Promise<PlaceRow[]> {
  const rows = await world.database.db.select().from(places).where(eq(places.performanceId, world.show.performance.id))
  return rows.toSorted((a, b) => a.number - b.number)
}

/** Invariants after every round. */
export async function expectConsistent(world: World): Promise<void> {
  const rows = await placesIn(world)
  expect(rows).toHaveLength(65)
  await expectWholeHolds(world, rows)
  await expectLimits(world, rows)
  await expectTrueMap(world, rows)
}

/** An active hold has all of its seats: none is partial, and none lost a seat. */
async function expectWholeHolds(world: World, rows: PlaceRow[]): Promise<void> {
  const now = ctxIn(world, 0).now()
  const live = await world.database.db
    .select()
    .from(holds)
    .where(
      and(eq(holds.performanceId, world.show.performance.id), eq(holds.status, 'ACTIVE'), gt(holds.expiresAt, now)),
    )
  for (const hold of live) {
    const own = rows.filter((row) => row.holdId === hold.id)
    expect(own).toHaveLength(hold.seatCount)
    expect(own.every((row) => row.status === 'HELD' && row.heldUntil && row.heldUntil > now)).toBe(true)
  }
}

async function expectLimits(world: World, rows: PlaceRow[]): Promise<void> {
  const now = ctxIn(world, 0).now()
  const all = await world.database.db.select().from(holds).where(eq(holds.performanceId, world.show.performance.id))
  const holder = new Map(all.map((hold) => [hold.id, hold.userId]))
  const live = rows.filter(
    (row) => row.status === 'SOLD' || (row.status === 'HELD' && row.heldUntil && row.heldUntil > now),
  )
  for (const own of Map.groupBy(live, (row) => holder.get(row.holdId ?? '')).values()) {
    expect(own.length).toBeLessThanOrEqual(maxSeatsPerPerson)
  }
}

/** The watcher, who only reads changes, sees the current state. */
async function expectTrueMap(world: World, rows: PlaceRow[]): Promise<void> {
  const of = { performanceId: world.show.performance.id }
  const delta = await availabilityOf(ctxIn(world, 0), { ...of, since: world.map.version })
  for (const { section, bitmap } of delta.sections) world.map.bitmaps.set(section, bitmap)
  world.map.version = delta.version
  const whole = await availabilityOf(ctxIn(world, 0), of)
  expect(world.map.bitmaps).toEqual(new Map(whole.sections.map(({ section, bitmap }) => [section, bitmap])))
  expect(freeIn(whole)).toBe(rows.filter((row) => isFree(row, ctxIn(world, 0).now())).length)
}

function freeIn(view: AvailabilityView): number {
  return view.sections.reduce((sum, section) => sum + section.free, 0)
}

function isFree(row: PlaceRow, now: Date): boolean {
  return row.status === 'FREE' || (row.status === 'HELD' && row.heldUntil !== null && row.heldUntil <= now)
}
