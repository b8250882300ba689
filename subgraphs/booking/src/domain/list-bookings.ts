import { InvalidInput, NotFound } from '@tikitu/kit/errors'
import { afterCursor, type Connection, type Page, type PageArgs, readPage, toConnection } from '@tikitu/kit/paging'
import { isInGroup } from '@tikitu/kit/viewer'
import { and, desc, eq, gt, lte, or, type SQL } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BookingRow, bookings } from '../db/tables/bookings.ts'
import { requirePartnerRole } from './partner-role.ts'
import { normalReference } from './reference.ts'

/** A person, as far as their bookings go. @public the resolver types name it */
export interface Customer {
  id: string
}

/** Which bookings: those that match everything that is given. */
export interface BookingFilter {
  partnerId?: string | null
  performanceId?: string | null
  userId?: string | null
  reference?: string | null
  status?: BookingRow['status'] | null
}

/**
 * Bookings of a partner for its box office, of anybody for admins; the newest first.
 * @throws {InvalidInput} when no partner or performance is named @throws {NotFound | Forbidden} when it is another's
 */
export async function listBookings(ctx: Ctx, filter: BookingFilter, args: PageArgs): Promise<Connection<BookingRow>> {
  const page = readPage(args)
  if (isInGroup(ctx.viewer, 'admin')) return await readBookings(ctx, conditionsOf(ctx, filter), page)
  const partnerId = await partnerOf(ctx, filter)
  await requirePartnerRole(ctx, partnerId, 'BOX_OFFICE')
  return await readBookings(ctx, conditionsOf(ctx, { ...filter, partnerId }), page)
}

/** A person's own bookings, the newest first: for that person and for admins; null for everybody else. */
export async function listBookingsOfUser(
  ctx: Ctx,
  userId: string,
  { status, ...args }: PageArgs & { status?: BookingRow['status'] | null },
): Promise<Connection<BookingRow> | null> {
  const isOneself = ctx.viewer.kind === 'user' && ctx.viewer.userId === userId
  if (!isOneself && !isInGroup(ctx.viewer, 'admin')) return null
  return await readBookings(ctx, conditionsOf(ctx, { userId, status }), readPage(args))
}

async function partnerOf(ctx: Ctx, { partnerId, performanceId }: BookingFilter): Promise<string> {
  if (partnerId) return partnerId
  if (!performanceId) {
    throw new InvalidInput([
      { field: 'filter', message: 'name the partner or the performance whose bookings you want' },
    ])
  }
  const performance = await ctx.load.performance.load(performanceId)
  if (!performance) throw new NotFound('performance', performanceId)
  return performance.partnerId
}

function conditionsOf(ctx: Ctx, filter: BookingFilter): (SQL | undefined)[] {
  return [
    filter.partnerId ? eq(bookings.partnerId, filter.partnerId) : undefined,
    filter.performanceId ? eq(bookings.performanceId, filter.performanceId) : undefined,
    filter.userId ? eq(bookings.userId, filter.userId) : undefined,
    filter.reference ? eq(bookings.reference, normalReference(filter.reference)) : undefined,
    filter.status ? hasStatus(filter.status, ctx.now()) : undefined,
  ]
}

/** As the status is shown: an unpaid booking whose time is over counts as expired before that is written down. */
function hasStatus(status: BookingRow['status'], now: Date): SQL | undefined {
  const lapsed = and(eq(bookings.status, 'AWAITING_PAYMENT'), lte(bookings.expiresAt, now))
  if (status === 'EXPIRED') return or(eq(bookings.status, status), lapsed)
  if (status === 'AWAITING_PAYMENT') return and(eq(bookings.status, status), gt(bookings.expiresAt, now))
  return eq(bookings.status, status)
}

async function readBookings(ctx: Ctx, conditions: (SQL | undefined)[], page: Page): Promise<Connection<BookingRow>> {
  const rows = await ctx.db
    .select()
    .from(bookings)
    .where(and(...conditions, afterCursor(page, [bookings.placedAt, bookings.id], 'desc')))
    .orderBy(desc(bookings.placedAt), desc(bookings.id))
    .limit(page.limit + 1)
  for (const row of rows) ctx.load.booking.prime(row.id, row)
  return toConnection(rows, page, (row) => [row.placedAt.toISOString(), row.id])
}
