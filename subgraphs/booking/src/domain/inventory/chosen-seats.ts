import { configuredNumber } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { type SQL, sql } from 'drizzle-orm'
import { isFreeAt } from './is-free.ts'

const releaseKey = 'booking.accessibleReleaseHours'

/**
 * Whether the wheelchair and companion places of that performance are sold to everybody: so many hours before it begins. An
 * expression that any statement may hold.
 */
export function areReleased(performanceId: string, now: Date): SQL {
  const { fallback } = configKeys[releaseKey]
  const hours = configuredNumber({ key: releaseKey, scopes: [sql`performances.partner_id`], fallback })
  return sql`(select ${now.toISOString()} >= performances.starts_at - make_interval(hours => ${hours})
    from performances where performances.id = ${performanceId})`
}

/** Places that are for everybody, in a performance at a moment. */
export function isForEverybody(performanceId: string, now: Date): SQL {
  return sql`(places.kind in ('SEAT', 'RESTRICTED_VIEW')
    or (places.kind in ('ACCESSIBLE', 'COMPANION') and ${areReleased(performanceId, now)}))`
}

/** Seats that somebody chose one by one. */
export interface ChosenSeats {
  performanceId: string
  now: Date
  /** How many wheelchair users are among those who come. */
  accessible: number
}

/**
 * Relations over `wanted (number)`: `reserved`, those of the seats that are kept for others, and `single`, the free seats that
 * the choice would leave alone. Read as they are, not locked: two people who choose in the same instant may leave a seat alone.
 */
export function relationsOfChoice(choice: ChosenSeats): SQL {
  return sql`reserved as materialized (${reservedSeats(choice)}), single as materialized (${singleSeats(choice)})`
}

/**
 * Wheelchair places are for as many wheelchair users as come, and companion places for those who come with one. Until the
 * house sells them to everybody.
 */
function reservedSeats({ performanceId, now, accessible }: ChosenSeats): SQL {
  return sql`
    select number from (
      select places.number, places.kind, count(*) filter (where places.kind = 'ACCESSIBLE') over () as wheelchairs
      from places join wanted on wanted.number = places.number
      where places.performance_id = ${performanceId} and places.kind in ('ACCESSIBLE', 'COMPANION')
        and not ${areReleased(performanceId, now)}
    ) as kept
    where (kind = 'ACCESSIBLE' and wheelchairs > ${accessible}) or (kind = 'COMPANION' and wheelchairs = 0)`
}

/**
 * A run is as many free neighbours as there are in a row. Of a run that keeps two seats or more, none may be left without a
 * free neighbour; where one seat is left over, it cannot be helped.
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
