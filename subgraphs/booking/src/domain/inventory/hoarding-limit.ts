import { configuredNumber } from '@tikitu/kit/context/settings'
import { configKeys, type NumberConfigKeyName } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { TooManyHolds } from '../../errors.ts'

/** How long an unpaid hold counts, and the longest wait after one. */
const memoryMinutes = 60
const maxPauseSeconds = 900
/** Maximum lifetime of anything unpaid: a fully extended hold plus the time to pay. */
const maxLifetimeMinutes = 45

/** The user and network address behind a hold. */
export type Holder = Pick<HoldRow, 'userId' | 'performanceId' | 'seatCount' | 'clientKey' | 'createdAt'>

/** Condition: the limits allow the hold. For a statement that reads performances, under the locks of `lockHolder`. */
export function mayHold(holder: Holder): SQL {
  return sql`(select not too_many_holds and not too_many_places and not too_many_at_address and pause_ends is null
    from (${standing(holder)}) as standing)`
}

/** Statements that serialize holds of the same user, and of the same address for the performance. */
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

/** Names the limit that the hold would exceed. The claim checks it itself, under the locks. @throws {TooManyHolds} */
export async function requireNoHoarding(ctx: Ctx, holder: Holder): Promise<void> {
  const { rows } = await ctx.db.execute<HoldCounts>(sql`
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

interface HoldCounts extends Record<string, unknown> {
  too_many_holds: boolean
  too_many_places: boolean
  too_many_at_address: boolean
  pause_ends: string | null
  /** When the user's next hold ends. */
  next_end: string | null
}

/**
 * The limits that apply to one more hold, as one row. A hold is open until it or its unpaid booking ends. One that ended unpaid
 * counts for an hour, unless the user has paid for something since; from the configured number on, each one doubles the wait.
 */
function standing(holder: Holder): SQL {
  const most = sql`greatest(${limit('booking.maxUnpaidPlaces')}, performances.max_places_per_person)`
  const maxAtAddress = sql`greatest(
    ${limit('booking.maxUnpaidPlacesPerAddress', [sql`performances.partner_id`])}, performances.max_places_per_person)`
  return sql`
    select own.holds >= ${limit('booking.maxOpenHolds')} as too_many_holds,
      own.places + ${holder.seatCount}::integer > ${most} as too_many_places,
      ${seatsAtAddress(holder)} + ${holder.seatCount}::integer > ${maxAtAddress} as too_many_at_address,
      case when own.pause_ends > ${holder.createdAt.toISOString()} then own.pause_ends end as pause_ends, own.next_end
    from (
      select open.holds, open.places, open.next_end, lapsed.last_end + make_interval(secs => least(${maxPauseSeconds}::float8,
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

/** The user's recent holds: when each ends or ended, whether it is open, and whether and when it was paid. */
function ownHolds(holder: Holder): SQL {
  return sql`
    select holds.place_count, ${isOpen(holder)} as is_open, ${endsAt} as ends_at, bookings.confirmed_at as paid_at,
      bookings.id is null or (bookings.confirmed_at is null and bookings.status <> 'FAILED') as is_unpaid
    from holds left join bookings on bookings.hold_id = holds.id
    where holds.user_id = ${holder.userId} and holds.created_at > ${before(holder, memoryMinutes + maxLifetimeMinutes)}`
}

function seatsAtAddress(holder: Holder): SQL {
  if (!holder.clientKey) return sql`0`
  return sql`(
    select coalesce(sum(holds.place_count), 0) from holds left join bookings on bookings.hold_id = holds.id
    where holds.performance_id = ${holder.performanceId} and holds.client_key = ${holder.clientKey}
      and holds.created_at > ${before(holder, maxLifetimeMinutes)} and ${isOpen(holder)})`
}

/** The earlier of the two, because the sweep marks expiry late. `least` ignores nulls. */
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
