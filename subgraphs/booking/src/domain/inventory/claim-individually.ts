import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { NotEnoughSeats } from '../../errors.ts'
import { isForEverybody, isFreeAt } from '../on-sale.ts'
import type { SeatClaim } from './claim-adjacent.ts'
import { type ClaimResult, claimSeats } from './claim-seats.ts'
import type { Attempt } from './retry-on-contention.ts'
import { tiersInOrder, zoneOf } from './tier-counts.ts'

/** Seats of one kind, and the requested number of them. */
export interface SeatBatch {
  where: SQL
  count: number
}

/** Claims the best free seats of those kinds, anywhere in the zone. */
export async function claimIndividually(
  ctx: Ctx,
  claim: SeatClaim,
  { attempt, batches }: { attempt: Attempt; batches: readonly SeatBatch[] },
): Promise<ClaimResult> {
  const locks = batches.map((batch, index) => sql`${nameOf(index)} as materialized (${lock(claim, batch, attempt)})`)
  const all = batches.map((_portion, index) => sql`select number from ${nameOf(index)}`)
  return await claimSeats(ctx, claim.hold, {
    relations: sql`zone as materialized (${zoneOf(claim.request, claim.hold.createdAt)}), ${sql.join(locks, sql`, `)},
      found as (${sql.join(all, sql` union all `)}), locked as (${tiersInOrder(claim.request)})`,
  })
}

/** The requested seats by kind: wheelchair spaces, and all others. */
export function seatBatches({ hold, request: { accessible } }: SeatClaim): SeatBatch[] {
  if (accessible === 0) {
    return [{ where: isForEverybody(hold.performanceId, hold.createdAt), count: hold.seatCount }]
  }
  const beside = sql`places.kind in ('SEAT', 'RESTRICTED_VIEW', 'COMPANION')`
  const wheelchairs = { where: sql`places.kind = 'ACCESSIBLE'`, count: accessible }
  const others = { where: beside, count: hold.seatCount - accessible }
  return others.count > 0 ? [wheelchairs, others] : [wheelchairs]
}

/** General-admission seats, of one section or of any. */
export function standingBatch({ hold }: SeatClaim, section: number | null): SeatBatch {
  const inSection = section === null ? sql.empty() : sql`and places.section = ${section}`
  return { where: sql`places.kind = 'STANDING' ${inSection}`, count: hold.seatCount }
}

/** Requires enough free seats, and returns their number. @throws {NotEnoughSeats} with the number of free seats */
export async function requireRoom(
  ctx: Ctx,
  zone: string,
  { hold, batches }: { hold: SeatClaim['hold']; batches: readonly SeatBatch[] },
): Promise<number> {
  const frees = await Promise.all(batches.map((batch) => countFree(ctx, zone, { hold, batch })))
  const free = frees.reduce((sum, count) => sum + count, 0)
  if (batches.some((batch, index) => (frees[index] ?? 0) < batch.count)) throw new NotEnoughSeats(free)
  return free
}

async function countFree(
  ctx: Ctx,
  zone: string,
  { hold, batch }: { hold: SeatClaim['hold']; batch: SeatBatch },
): Promise<number> {
  const { rows } = await ctx.db.execute<{ free: number }>(sql`
    /* booking.requireRoom */
    select count(*)::integer as free from places
    where places.performance_id = ${hold.performanceId} and places.zone = ${zone}
      and ${batch.where} and ${isFreeAt(hold.createdAt)}`)
  return rows[0]?.free ?? 0
}

/** Early attempts skip locked seats. Later ones wait for the best seats, locked in the order of their numbers. */
function lock({ hold }: SeatClaim, batch: SeatBatch, attempt: Attempt): SQL {
  const isOpen = sql`places.performance_id = (select id from allowed) and places.zone = (select name from zone)
    and ${batch.where} and ${isFreeAt(hold.createdAt)}`
  const best = sql`
    select places.number from places where ${isOpen}
    order by places.row, places.section, places.position, places.number limit ${batch.count}`
  if (!attempt.waitsForLocks) return sql`${best} for update of places skip locked`
  return sql`
    select places.number from places where ${isOpen} and places.number in (select number from (${best}) as best)
    order by places.number for update of places`
}

function nameOf(index: number): SQL {
  return sql.raw(`batch${index}`)
}
