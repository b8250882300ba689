import { isStaff } from '@tikitu/kit/auth/viewer'
import { InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import {
  type Connection,
  keyset,
  type Page,
  type PageArgs,
  readPage,
  toConnection,
} from '@tikitu/kit/postgres/pagination'
import { and, eq, gt, lte, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingRow, bookings } from '../../db/tables/bookings.ts'
import { requirePartnerRole } from '../projections/partner-role.ts'
import { normalReference } from './reference.ts'

/** The user behind a list of bookings. @public used by the resolver types */
export interface Customer {
  id: string
}

/** All given conditions must match. */
export interface BookingFilter {
  partnerId?: string | null
  performanceId?: string | null
  userId?: string | null
  reference?: string | null
  status?: BookingRow['status'] | null
}

/**
 * Bookings, newest first: of a partner for its box office, all for admins.
 * @throws {InvalidInput} when no partner or performance is named @throws {NotFound | Forbidden} when it belongs to another partner
 */
export async function listBookings(ctx: Ctx, filter: BookingFilter, args: PageArgs): Promise<Connection<BookingRow>> {
  const page = readPage(args)
  if (isStaff(ctx.viewer)) return await readBookings(ctx, filter, page)
  const partnerId = await partnerOf(ctx, filter)
  await requirePartnerRole(ctx, partnerId, 'BOX_OFFICE')
  return await readBookings(ctx, { ...filter, partnerId }, page)
}

/** A user's bookings, newest first. For that user and for admins; null for others. */
export async function listBookingsOfUser(
  ctx: Ctx,
  userId: string,
  { status, ...args }: PageArgs & { status?: BookingRow['status'] | null },
): Promise<Connection<BookingRow> | null> {
  const isOneself = ctx.viewer.kind === 'user' && ctx.viewer.userId === userId
  if (!isOneself && !isStaff(ctx.viewer)) return null
  return await readBookings(ctx, { userId, status }, readPage(args))
}

async function partnerOf(ctx: Ctx, { partnerId, performanceId }: BookingFilter): Promise<string> {
  if (partnerId) return partnerId
  if (!performanceId) {
    throw new InvalidInput([{ field: 'filter', message: 'must name a partner or a performance' }])
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
    filter.status === 'AWAITING_PAYMENT' ? gt(bookings.expiresAt, ctx.now()) : undefined,
    filter.status && filter.status !== 'EXPIRED' ? eq(bookings.status, filter.status) : undefined,
  ]
}

async function readBookings(ctx: Ctx, filter: BookingFilter, page: Page): Promise<Connection<BookingRow>> {
  const { where, orderBy } = keyset(page, [bookings.placedAt, bookings.id], 'desc')
  const conditions = [...conditionsOf(ctx, filter), where]
  const read = (condition?: SQL) =>
    ctx.db
      .select()
      .from(bookings)
      .where(and(condition, ...conditions))
      .orderBy(...orderBy)
      .limit(page.limit + 1)
  const rows = filter.status === 'EXPIRED' ? await readExpired(ctx, page, read) : await read()
  for (const row of rows) ctx.load.booking.prime(row.id, row)
  return toConnection(rows, page, (row) => [row.placedAt.toISOString(), row.id])
}

/**
 * Includes unpaid bookings past their deadline that the sweep has not marked yet. Two queries that each use an index, rather than
 * one condition that no index serves.
 */
async function readExpired(
  ctx: Ctx,
  page: Page,
  read: (condition: SQL | undefined) => Promise<BookingRow[]>,
): Promise<BookingRow[]> {
  const expired = await read(eq(bookings.status, 'EXPIRED'))
  const lapsed = await read(and(eq(bookings.status, 'AWAITING_PAYMENT'), lte(bookings.expiresAt, ctx.now())))
  const rows = [...expired, ...lapsed].toSorted(byPlacement)
  return (page.isBackward ? rows.toReversed() : rows).slice(0, page.limit + 1)
}

/** Newest first, as the lists are ordered. */
function byPlacement(a: BookingRow, b: BookingRow): number {
  return b.placedAt.getTime() - a.placedAt.getTime() || (a.id < b.id ? 1 : -1)
}
