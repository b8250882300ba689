import { isStaff } from '@tikitu/kit/auth/viewer'
import { NotFound } from '@tikitu/kit/base/errors'
import { isInTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingRow, bookings } from '../../db/tables/bookings.ts'
import { hasPartnerRole } from '../projections/partner-role.ts'

/** The booking, if the caller is its customer, in the box office of its partner, or an admin; null otherwise. */
export async function getBooking(ctx: Ctx, id: string): Promise<BookingRow | null> {
  const booking = isInTransaction(ctx.db) ? await findBooking(ctx, id) : await ctx.load.booking.load(id)
  return booking && (await maySeeBooking(ctx, booking)) ? booking : null
}

async function findBooking(ctx: Ctx, id: string): Promise<BookingRow | null> {
  const [booking] = await ctx.db.select().from(bookings).where(eq(bookings.id, id))
  return booking ?? null
}

/** As `getBooking`. @throws {NotFound} also when it is not visible to the caller */
export async function requireBooking(ctx: Ctx, id: string): Promise<BookingRow> {
  const booking = await getBooking(ctx, id)
  if (!booking) throw new NotFound('booking', id)
  return booking
}

/** Whether the caller is the customer. */
export function isCustomer(ctx: Ctx, booking: BookingRow): boolean {
  return ctx.viewer.kind === 'user' && ctx.viewer.userId === booking.userId
}

/** The status at that time: an unpaid booking past its deadline is EXPIRED, even before the sweep marks it. */
export function bookingStatusAt(booking: BookingRow, now: Date): BookingRow['status'] {
  return booking.status === 'AWAITING_PAYMENT' && booking.expiresAt <= now ? 'EXPIRED' : booking.status
}

async function maySeeBooking(ctx: Ctx, booking: BookingRow): Promise<boolean> {
  if (isCustomer(ctx, booking) || isStaff(ctx.viewer)) return true
  return await hasPartnerRole(ctx, booking.partnerId, 'BOX_OFFICE')
}
