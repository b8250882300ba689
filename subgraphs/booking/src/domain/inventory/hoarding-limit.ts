import { configuredNumber } from '@tikitu/kit/context/settings'
import { configKeys, type NumberConfigKeyName } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { TooManyHolds } from '../../errors.ts'

/** For how long a hold that was not paid counts, and how long the longest pause after one is. */
const memoryMinutes = 60
const longestPauseSeconds = 900
/** Nothing unpaid lives longer than this: a hold that was extended to the end, and the time to pay. */
const longestLifeMinutes = 45

/** Who makes a hold, and from where. */
export type Holder = Pick<HoldRow, 'userId' | 'performanceId' | 'placeCount' | 'clientKey' | 'createdAt'>

/** Whether so many more places may be held: a condition for a statement that reads performances, under the locks of `lockHolder`. */
export function mayHold(holder: Holder): SQL {
  return sql`(select not too_many_holds and not too_many_places and not too_many_at_address and pause_ends is null
    from (${standing(holder)}) as standing)`
}

/** Statements after which nobody else makes a hold for that person, or from that address for that performance. */
export function lockHolder({
  userId,
  performanceId,
  clientKey,
}: Pick<Holder, 'userId' | 'performanceId' | 'clientKey'>): SQL[] {
  const names = clientKey ? [userId, `${performanceId}:${clientKey}`] : [userId]
  return names.map(
    (name) => sql`
    /* booking.lockHolder */
    select pg_advisory_xact_lock(hashtextextended(${name}, 0))`,
  )
}

/** Says why a person may not hold so many more places now, if so. Only tells: what holds asks again, under the locks. @throws {TooManyHolds} */
export async function requireNoHoarding(ctx: Ctx, holder: Holder): Promise<void> {
  const { rows } = await ctx.db.execute<Standing>(sql`
    /* booking.requireNoHoarding */
    select standing.*, to_json(pause_ends) #>> '{}' as pause_ends, to_json(next_end) #>> '{}' as next_end
    from performances, lateral (${standing(holder)}) as standing where performances.id = ${holder.performanceId}`)
  const found = rows[0]
  if (!found) return
  const at = (text: string | null) => (text === null ? null : new Date(text))
  if (found.pause_ends !== null) throw new TooManyHolds('UNPAID_HOLDS', at(found.pause_ends))
  if (found.too_many_holds) throw new TooManyHolds('OPEN_HOLDS', at(found.next_end))
  if (found.too_many_places) throw new TooManyHolds('HELD_SEATS', at(found.next_end))
  if (found.too_many_at_address) throw new TooManyHolds('ADDRESS', at(found.next_end))
}

interface Standing extends Record<string, unknown> {
  too_many_holds: boolean
  too_many_places: boolean
  too_many_at_address: boolean
  pause_ends: string | null
  /** When the next of their own holds ends. */
  next_end: string | null
}

/**
 * What counts against one more hold, as one row. A hold is open until it or its unpaid booking ends. One that ended unpaid is
 * remembered for an hour, unless its holder has paid for something since; from the configured number on each one doubles the
 * pause after it.
 */
function standing(holder: Holder): SQL {
  const most = sql`greatest(${limit('booking.maxUnpaidPlaces')}, performances.max_places_per_person)`
  const mostAtAddress = sql`greatest(
    ${limit('booking.maxUnpaidPlacesPerAddress', [sql`performances.partner_id`])}, performances.max_places_per_person)`
  return sql`
    select own.holds >= ${limit('booking.maxOpenHolds')} as too_many_holds,
      own.places + ${holder.placeCount}::integer > ${most} as too_many_places,
      ${placesAtAddress(holder)} + ${holder.placeCount}::integer > ${mostAtAddress} as too_many_at_address,
      case when own.pause_ends > ${holder.createdAt.toISOString()} then own.pause_ends end as pause_ends, own.next_end
    from (
      select open.holds, open.places, open.next_end, lapsed.last_end + make_interval(secs => least(${longestPauseSeconds}::float8,
        ${limit('booking.holdPauseSeconds')} * 2 ^ least(lapsed.count - ${limit('booking.holdsBeforePause')}, 20)::float8)) as pause_ends
      from (
        select count(*) as holds, coalesce(sum(place_count), 0) as places, min(ends_at) as next_end
        from (${ownHolds(holder)}) as recent where is_open
      ) as open left join (
        select count(*) as count, max(ends_at) as last_end from (
          select *, max(paid_at) over () as last_paid from (${ownHolds(holder)}) as recent
        ) as recent
        where is_unpaid and is_open is not true and ends_at > ${before(holder, memoryMinutes)}
          and ends_at > coalesce(last_paid, '-infinity')
      ) as lapsed on lapsed.count >= ${limit('booking.holdsBeforePause')}
    ) as own`
}

/** The holds of the last while: when each ended or ends, whether it is open, and whether and when it was paid. */
function ownHolds(holder: Holder): SQL {
  return sql`
    select holds.place_count, ${isOpen(holder)} as is_open, ${endsAt} as ends_at, bookings.confirmed_at as paid_at,
      bookings.id is null or (bookings.confirmed_at is null and bookings.status <> 'FAILED') as is_unpaid
    from holds left join bookings on bookings.hold_id = holds.id
    where holds.user_id = ${holder.userId} and holds.created_at > ${before(holder, memoryMinutes + longestLifeMinutes)}`
}

function placesAtAddress(holder: Holder): SQL {
  if (!holder.clientKey) return sql`0`
  return sql`(
    select coalesce(sum(holds.place_count), 0) from holds left join bookings on bookings.hold_id = holds.id
    where holds.performance_id = ${holder.performanceId} and holds.client_key = ${holder.clientKey}
      and holds.created_at > ${before(holder, longestLifeMinutes)} and ${isOpen(holder)})`
}

/** The earlier of the two, as a sweep writes down late what lapsed. `least` passes over nulls. */
const endsAt = sql`coalesce(least(bookings.expires_at, bookings.ended_at), least(holds.expires_at, holds.ended_at))`

function isOpen({ createdAt }: Holder): SQL {
  const now = createdAt.toISOString()
  return sql`((holds.status = 'ACTIVE' and holds.expires_at > ${now})
    or (bookings.status = 'AWAITING_PAYMENT' and bookings.expires_at > ${now}))`
}

function before({ createdAt }: Holder, minutes: number): string {
  return new Date(createdAt.getTime() - minutes * 60_000).toISOString()
}

function limit(key: NumberConfigKeyName & `booking.${string}`, scopes: SQL[] = []): SQL {
  return configuredNumber({ key, scopes, fallback: configKeys[key].fallback })
}
