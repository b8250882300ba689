import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { NotEnoughPlaces } from '../../errors.ts'
import { isForEverybody } from './chosen-seats.ts'
import type { Choice } from './claim-adjacent.ts'
import { type Claimed, claimPlaces } from './claim-seats.ts'
import { isFreeAt } from './is-free.ts'
import type { Attempt } from './retry-on-contention.ts'
import { tiersInOrder, zoneOf } from './tier-counts.ts'

/** Seats of one kind, and the requested number of them. */
export interface Portion {
  where: SQL
  count: number
}

/** Claims the best free seats of those kinds, anywhere in the zone. */
export async function choosePortions(
  ctx: Ctx,
  choice: Choice,
  { attempt, portions }: { attempt: Attempt; portions: readonly Portion[] },
): Promise<Claimed> {
  const locks = portions.map(
    (portion, index) => sql`${nameOf(index)} as materialized (${lock(choice, portion, attempt)})`,
  )
  const all = portions.map((_portion, index) => sql`select number from ${nameOf(index)}`)
  return await claimPlaces(ctx, choice.hold, {
    relations: sql`zone as materialized (${zoneOf(choice.wish, choice.hold.createdAt)}), ${sql.join(locks, sql`, `)},
      found as (${sql.join(all, sql` union all `)}), locked as (${tiersInOrder(choice.wish)})`,
  })
}

/** The requested seats by kind: wheelchair spaces, and all others. */
export function seatPortions({ hold, wish: { accessible } }: Choice): Portion[] {
  if (accessible === 0) {
    return [{ where: isForEverybody(hold.performanceId, hold.createdAt), count: hold.placeCount }]
  }
  const beside = sql`places.kind in ('SEAT', 'RESTRICTED_VIEW', 'COMPANION')`
  const wheelchairs = { where: sql`places.kind = 'ACCESSIBLE'`, count: accessible }
  const others = { where: beside, count: hold.placeCount - accessible }
  return others.count > 0 ? [wheelchairs, others] : [wheelchairs]
}

/** General-admission seats, of one section or of any. */
export function standingPortion({ hold }: Choice, section: number | null): Portion {
  const inSection = section === null ? sql.empty() : sql`and places.section = ${section}`
  return { where: sql`places.kind = 'STANDING' ${inSection}`, count: hold.placeCount }
}

/** Requires enough free seats, and returns their number. @throws {NotEnoughPlaces} with the number of free seats */
export async function requireRoom(
  ctx: Ctx,
  zone: string,
  { hold, portions }: { hold: Choice['hold']; portions: readonly Portion[] },
): Promise<number> {
  const frees = await Promise.all(portions.map((portion) => countFree(ctx, zone, { hold, portion })))
  const free = frees.reduce((sum, count) => sum + count, 0)
  if (portions.some((portion, index) => (frees[index] ?? 0) < portion.count)) throw new NotEnoughPlaces(free)
  return free
}

async function countFree(
  ctx: Ctx,
  zone: string,
  { hold, portion }: { hold: Choice['hold']; portion: Portion },
): Promise<number> {
  const { rows } = await ctx.db.execute<{ free: number }>(sql`
    /* booking.requireRoom */
    select count(*)::integer as free from places
    where places.performance_id = ${hold.performanceId} and places.zone = ${zone}
      and ${portion.where} and ${isFreeAt(hold.createdAt)}`)
  return rows[0]?.free ?? 0
}

/** Early attempts skip locked seats. Later ones wait for the best seats, locked in the order of their numbers. */
function lock({ hold }: Choice, portion: Portion, attempt: Attempt): SQL {
  const isOpen = sql`places.performance_id = (select id from allowed) and places.zone = (select name from zone)
    and ${portion.where} and ${isFreeAt(hold.createdAt)}`
  const best = sql`
    select places.number from places where ${isOpen}
    order by places.row, places.section, places.position, places.number limit ${portion.count}`
  if (!attempt.isPatient) return sql`${best} for update of places skip locked`
  return sql`
    select places.number from places where ${isOpen} and places.number in (select number from (${best}) as best)
    order by places.number for update of places`
}

function nameOf(index: number): SQL {
  return sql.raw(`portion${index}`)
}
