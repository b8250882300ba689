import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { NotEnoughPlaces } from '../errors.ts'
import { type Choice, isFreeAt, take, waiting } from './choose-together.ts'
import { type Attempt, Raced } from './retry-raced.ts'

/** Places of one sort, and how many of them are wanted. */
interface Portion {
  where: SQL
  count: number
}

/**
 * Gives the hold the best free seats of the zone, wherever they are.
 * @throws {NotEnoughPlaces} when there are too few @throws {Raced} when somebody else took some at the same instant
 */
export async function chooseSingly(ctx: Ctx, choice: Choice, attempt: Attempt): Promise<void> {
  await takePortions(ctx, choice, { attempt, portions: portionsOf(choice) })
}

function portionsOf({ wish: { accessible, tierIds } }: Choice): Portion[] {
  const plain = sql`places.kind in ('SEAT', 'RESTRICTED_VIEW')`
  const beside = sql`places.kind in ('SEAT', 'RESTRICTED_VIEW', 'COMPANION')`
  const others = { where: accessible > 0 ? beside : plain, count: tierIds.length - accessible }
  const wheelchairs = { where: sql`places.kind = 'ACCESSIBLE'`, count: accessible }
  return accessible > 0 ? [wheelchairs, others] : [others]
}

/**
 * Gives the hold places of the zone where nobody has one of their own.
 * @throws {NotEnoughPlaces} when there are too few @throws {Raced} when somebody else took some at the same instant
 */
export async function chooseStanding(
  ctx: Ctx,
  choice: Choice & { section: number | null },
  attempt: Attempt,
): Promise<void> {
  const inSection = choice.section === null ? sql.empty() : sql`and places.section = ${choice.section}`
  const where = sql`places.kind = 'STANDING' ${inSection}`
  await takePortions(ctx, choice, { attempt, portions: [{ where, count: choice.wish.tierIds.length }] })
}

async function takePortions(
  ctx: Ctx,
  choice: Choice,
  { attempt, portions }: { attempt: Attempt; portions: Portion[] },
): Promise<void> {
  const wanted = portions.filter((portion) => portion.count > 0)
  const locks = wanted.map(
    (portion, index) => sql`${sql.raw(`portion${index}`)} as materialized (${lock(choice, portion, attempt)})`,
  )
  const all = wanted.map((_portion, index) => sql`select number from ${sql.raw(`portion${index}`)}`)
  const { rows } = await ctx.db.execute<{ taken: number }>(sql`
    /* booking.holdPlaces */
    with ${sql.join(locks, sql`, `)}, locked as (${sql.join(all, sql` union all `)}),
      taken as (${take(choice.hold, choice.wish.tierIds)})
    select count(*)::integer as taken from taken`)
  if (rows[0]?.taken === choice.wish.tierIds.length) return
  for (const portion of wanted) await requireRoom(ctx, choice, portion)
  throw new Raced()
}

/** In haste, whatever is at hand. In patience, what is best, waited for in the order of the numbers. */
function lock(choice: Choice, portion: Portion, attempt: Attempt): SQL {
  const best = sql`
    select places.number from places where ${isOpen(choice, portion)}
    order by places.row, places.section, places.position, places.number limit ${portion.count}`
  if (!attempt.isPatient) return sql`${best} for update of places ${waiting(attempt)}`
  return sql`
    select places.number from places
    where ${isOpen(choice, portion)} and places.number in (select number from (${best}) as best)
    order by places.number for update of places`
}

/** How many seats of the zone are free for the wish, wherever they are. */
export async function countFree(ctx: Ctx, choice: Choice): Promise<number> {
  const counts = portionsOf(choice).map((portion) => countOpen(ctx, choice, portion))
  return (await Promise.all(counts)).reduce((sum, free) => sum + free, 0)
}

/** Counted anew, as a later statement sees what others have done meanwhile. */
async function requireRoom(ctx: Ctx, choice: Choice, portion: Portion): Promise<void> {
  const free = await countOpen(ctx, choice, portion)
  if (free < portion.count) throw new NotEnoughPlaces(free)
}

async function countOpen(ctx: Ctx, choice: Choice, portion: Portion): Promise<number> {
  const { rows } = await ctx.db.execute<{ free: number }>(sql`
    /* booking.holdPlaces */
    select count(*)::integer as free from places where ${isOpen(choice, portion)}`)
  return rows[0]?.free ?? 0
}

function isOpen({ hold, wish }: Choice, { where }: Portion): SQL {
  return sql`places.performance_id = ${hold.performanceId} and places.zone = ${wish.zone}
    and ${where} and ${isFreeAt(hold.createdAt)}`
}
