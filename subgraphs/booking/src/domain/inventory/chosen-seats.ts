import { configuredNumber } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import { isFreeAt } from './is-free.ts'

const releaseKey = 'booking.accessibleReleaseHours'

/**
 * Whether the wheelchair and companion seats of the performance are on general sale: from a configured number of hours before it
 * starts. An expression for any statement.
 */
export function isReleasedAt(performanceId: string, now: Date): SQL {
  const { fallback } = configKeys[releaseKey]
  const hours = configuredNumber({ key: releaseKey, scopes: [sql`performances.partner_id`], fallback })
  return sql`(select ${now.toISOString()} >= performances.starts_at - make_interval(hours => ${hours})
    from performances where performances.id = ${performanceId})`
}

/** Condition: the seat is on general sale. */
export function isForEverybody(performanceId: string, now: Date): SQL {
  return sql`(places.kind in ('SEAT', 'RESTRICTED_VIEW')
    or (places.kind in ('ACCESSIBLE', 'COMPANION') and ${isReleasedAt(performanceId, now)}))`
}

/** Seats that the buyer picked on the map. */
export interface ChosenSeats {
  performanceId: string
  now: Date
  /** Number of wheelchair users. */
  accessible: number
}

/**
 * Relations over `wanted (number)`: `reserved`, the seats reserved for wheelchair users and companions, and `single`, the free
 * seats that would be left single. Read without locks, so two concurrent buyers may still leave a single seat.
 */
export function relationsOfChoice(choice: ChosenSeats): SQL {
  return sql`reserved as materialized (${reservedSeats(choice)}), single as materialized (${singleSeats(choice)})`
}

/**
 * Wheelchair spaces are limited to the number of wheelchair users, and companion seats to groups with one, until they go on
 * general sale.
 */
function reservedSeats({ performanceId, now, accessible }: ChosenSeats): SQL {
  return sql`
    select number from (
      select places.number, places.kind, count(*) filter (where places.kind = 'ACCESSIBLE') over () as wheelchairs
      from places join wanted on wanted.number = places.number
      where places.performance_id = ${performanceId} and places.kind in ('ACCESSIBLE', 'COMPANION')
        and not ${isReleasedAt(performanceId, now)}
    ) as kept
    where (kind = 'ACCESSIBLE' and wheelchairs > ${accessible}) or (kind = 'COMPANION' and wheelchairs = 0)`
}

/**
 * A run is a maximal row of adjacent free seats. If two or more seats of a run remain, none may be single; if only one remains,
 * that is allowed.
 */
function singleSeats({ performanceId, now }: ChosenSeats): SQL {
  return sql`
    select number from (
      select number, count(*) over island as neighbours, left_over, chosen from (
        select *, position - row_number() over (partition by section, row, run order by position) as part from (
          select *, count(*) filter (where is_wanted) over same as chosen, count(*) filter (where not is_wanted) over same as left_over
          from (
            select places.number, places.section, places.row, places.position, wanted.number is not null as is_wanted,
              places.position - row_number() over (partition by places.section, places.row order by places.position) as run
            from places join (
              select distinct section, row from places join wanted on wanted.number = places.number
              where places.performance_id = ${performanceId} and places.row is not null
            ) as touched on touched.section = places.section and touched.row = places.row
            left join wanted on wanted.number = places.number
            where places.performance_id = ${performanceId} and ${isFreeAt(now)} and ${isForEverybody(performanceId, now)}
          ) as free window same as (partition by section, row, run)
        ) as counted where not is_wanted
      ) as parted window island as (partition by section, row, run, part)
    ) as judged
    where chosen > 0 and left_over > 1 and neighbours = 1`
}
