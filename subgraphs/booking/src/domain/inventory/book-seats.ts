import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { HoldNotActive } from '../../errors.ts'

/** A seat of a hold, with its tier. */
export interface ReservedSeat {
  number: number
  label: string
  tierId: string
  tierName: string
  priceMinor: number
  /** The tier's own tax rate, when it has one. */
  taxBasisPoints: number | null
}

/**
 * Extends the claim on all seats of the hold to `until`, and returns them in the order of their numbers.
 * @throws {HoldNotActive} when another buyer has one of them, because the hold expired while this waited for the lock
 */
export async function extendSeats(ctx: Ctx, hold: HoldRow, until: Date): Promise<ReservedSeat[]> {
  const { rows } = await ctx.db.execute<Omit<ReservedSeat, 'priceMinor'> & { priceMinor: string }>(sql`
    /* booking.extendSeats */
    with locked as materialized (
      select number from places where performance_id = ${hold.performanceId} and hold_id = ${hold.id}
      order by number for update
    )
    update places set held_until = ${until.toISOString()}
    from locked, price_tiers tier
    where places.performance_id = ${hold.performanceId} and places.number = locked.number and tier.id = places.tier_id
    returning places.number, places.label, tier.id as "tierId", tier.name as "tierName", tier.price_minor as "priceMinor",
      tier.tax_basis_points as "taxBasisPoints"`)
  if (rows.length < hold.seatCount) throw new HoldNotActive('EXPIRED')
  return rows
    .map((place) => ({ ...place, priceMinor: Number(place.priceMinor) }))
    .toSorted((a, b) => a.number - b.number)
}
