import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'

/** A cancellation by staff or a partner, with the maximum refund by currency. */
export interface ProposedCancellation {
  partnerId: string
  requestedBy: string
  amounts: Readonly<Record<string, number>>
  /** The booking, for cancelled tickets. */
  bookingId?: string
}

/**
 * Whether a cancellation needs a second person: it exceeds the limit of a currency together with earlier refunds of this booking,
 * or with what this person refunded within a day. Refunds by staff that payment reported count, too. Locks the person's count until
 * the transaction ends.
 */
export async function needsSecondPerson(ctx: Ctx, wanted: ProposedCancellation): Promise<boolean> {
  const key = 'payment.refundApprovalAboveMinor'
  const { type, fallback } = configKeys[key]
  const limits: Record<string, number> = await readConfig(ctx, { key, scopes: [wanted.partnerId], type, fallback })
  await ctx.db.execute(sql`
    /* booking.needsSecondPerson */
    select pg_advisory_xact_lock(hashtextextended(${`cancellations:${wanted.requestedBy}`}, 0))`)
  for (const [currency, amountMinor] of Object.entries(wanted.amounts)) {
    if (amountMinor > 0 && amountMinor + (await givenAlone(ctx, wanted, currency)) > (limits[currency] ?? 0))
      return true
  }
  return false
}

/** The larger of the booking's refunds and this person's refunds within a day, both without a second person. */
async function givenAlone(ctx: Ctx, wanted: ProposedCancellation, currency: string): Promise<number> {
  const yesterday = new Date(ctx.now().getTime() - 24 * 3_600_000).toISOString()
  const { requestedBy, bookingId = '' } = wanted
  const { rows } = await ctx.db.execute<{ byPerson: string; ofBooking: string }>(sql`
    /* booking.givenAlone */
    with given as (
      select requested_by, subject_id, (amounts ->> ${currency})::bigint as minor, created_at as at
      from cancellation_requests
      where status = 'DONE' and (requested_by = ${requestedBy} or subject_id = ${bookingId})
      union all
      select requested_by, booking_id, amount_minor, refunded_at
      from booking_refunds
      where cause = 'STAFF' and currency = ${currency} and approved_by is null
        and status in ('ENDING_TICKETS', 'APPROVED', 'PENDING', 'SUCCEEDED')
        and (requested_by = ${requestedBy} or booking_id = ${bookingId})
    )
    select coalesce(sum(minor) filter (where requested_by = ${requestedBy} and at > ${yesterday}), 0) as "byPerson",
      coalesce(sum(minor) filter (where subject_id = ${bookingId}), 0) as "ofBooking"
    from given`)
  return Math.max(Number(rows[0]?.byPerson ?? 0), Number(rows[0]?.ofBooking ?? 0))
}
