import { InvalidInput } from '@tikitu/kit/base/errors'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { isFreeAt } from '../on-sale.ts'

/** What reading availability needs. No viewer: it is the same for everybody. */
export type AvailabilityContext = Pick<Ctx, 'db' | 'now'>

/** Free seats of a performance. */
export interface AvailabilityView {
  version: string
  isDelta: boolean
  /** When the next hold expires. */
  nextChangeAt: Date | null
  sections: SectionView[]
}

/** Free seats of a section, one bit each, starting at `first`. */
export interface SectionView {
  section: number
  first: number
  capacity: number
  free: number
  /** Base64, most significant bit first; 1 is free. */
  bitmap: string
}

/**
 * What a version covers: every transaction before `transaction`, and every hold that expired until `at`. A seat can differ later
 * only if a transaction with that number or a later one changed it, whenever it commits, or if its hold expired after `at`. So no
 * change is missed, no counter is needed, and at worst a section is sent twice.
 */
interface ReadVersion {
  transaction: string
  at: Date
}

/**
 * Free seats now. With `since`, only the sections that may have changed after that version.
 * @throws {InvalidInput} when `since` is not a version
 */
export async function availabilityOf(
  ctx: AvailabilityContext,
  { performanceId, since }: { performanceId: string; since?: string | null },
): Promise<AvailabilityView> {
  const seen = since ? readVersion(since) : null
  const answer = await readSeats(ctx, performanceId, seen)
  // A version from the future comes from another database, such as before a restore. It is ignored.
  const isForeign = seen !== null && BigInt(seen.transaction) > BigInt(answer.transaction)
  const { transaction, nextChangeAt, sections } = isForeign ? await readSeats(ctx, performanceId, null) : answer
  return {
    version: writeVersion({ transaction, at: ctx.now() }),
    isDelta: seen !== null && !isForeign,
    nextChangeAt: nextChangeAt === null ? null : new Date(nextChangeAt),
    sections: sections.map(({ bits, ...section }) => ({ ...section, bitmap: packBits(bits) })),
  }
}

interface Answer {
  transaction: string
  nextChangeAt: string | null
  sections: { section: number; first: number; capacity: number; free: number; bits: string }[]
}

/** One statement, so that the version and the seats belong to the same snapshot. */
async function readSeats(ctx: AvailabilityContext, performanceId: string, seen: ReadVersion | null): Promise<Answer> {
  const now = ctx.now().toISOString()
  const { rows } = await ctx.db.execute<Answer & Record<string, unknown>>(sql`
    /* booking.availability */
    with house as materialized (
      select section, number, ${isFreeAt(ctx.now())} as is_free from places
      where performance_id = ${performanceId} ${seen ? inChangedSections({ performanceId, seen, now }) : sql.empty()}
    ), sections as (
      select section, min(number) as first, count(*) as capacity, count(*) filter (where is_free) as free,
        string_agg(case when is_free then '1' else '0' end, '' order by number) as bits
      from house group by section order by section
    )
    select pg_snapshot_xmin(pg_current_snapshot())::text as transaction,
      (select to_json(min(held_until)) from places
        where performance_id = ${performanceId} and status = 'HELD' and held_until > ${now}) #>> '{}' as "nextChangeAt",
      coalesce((select json_agg(sections) from sections), '[]') as sections`)
  return rows[0] as Answer
}

function inChangedSections({
  performanceId,
  seen,
  now,
}: {
  performanceId: string
  seen: ReadVersion
  now: string
}): SQL {
  return sql`and section in (
    select section from places where performance_id = ${performanceId}
      and (changed_in >= ${seen.transaction}::xid8
        or (status = 'HELD' and held_until > ${seen.at.toISOString()} and held_until <= ${now})))`
}

function writeVersion({ transaction, at }: ReadVersion): string {
  return `${transaction}-${at.getTime()}`
}

/** @throws {InvalidInput} when it is not a version */
export function readVersion(version: string): ReadVersion {
  const [, transaction, at] = /^(\d{1,19})-(\d{1,15})$/.exec(version) ?? []
  if (transaction === undefined || at === undefined) {
    throw new InvalidInput([{ field: 'since', message: 'is not a version from this performance' }])
  }
  return { transaction, at: new Date(Number(at)) }
}

/** `101` → base64 of 10100000. */
export function packBits(bits: string): string {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8))
  for (let index = 0; index < bits.length; index++) {
    if (bits[index] === '1') bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7))
  }
  return bytes.toString('base64')
}
