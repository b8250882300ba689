import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import { asc, inArray } from 'drizzle-orm'
import { bookingLines, bookingRefunds, bookings, cancellations } from './db/tables/bookings.ts'
import { checkIns, tickets } from './db/tables/tickets.ts'

/** Rows of what was bought, by key. New per request. */
export function purchaseLoaders(db: Db) {
  return { ...rowLoaders(db), ...rowsOfBookingLoaders(db) }
}

function rowLoaders(db: Db) {
  return {
    booking: loaderOf(
      (ids) =>
        db
          .select()
          .from(bookings)
          .where(inArray(bookings.id, [...ids])),
      (row) => row.id,
    ),
    ticket: loaderOf(
      (ids) =>
        db
          .select()
          .from(tickets)
          .where(inArray(tickets.id, [...ids])),
      (row) => row.id,
    ),
    checkIn: loaderOf(
      (ids) =>
        db
          .select()
          .from(checkIns)
          .where(inArray(checkIns.id, [...ids])),
      (row) => row.id,
    ),
  }
}

function rowsOfBookingLoaders(db: Db) {
  return {
    linesOfBooking: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(bookingLines)
          .where(inArray(bookingLines.bookingId, [...ids]))
          .orderBy(asc(bookingLines.placeNumber)),
      (row) => row.bookingId,
    ),
    ticketsOfBooking: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(tickets)
          .where(inArray(tickets.bookingId, [...ids]))
          .orderBy(asc(tickets.placeNumber)),
      (row) => row.bookingId,
    ),
    cancellationsOfBooking: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(cancellations)
          .where(inArray(cancellations.bookingId, [...ids]))
          .orderBy(asc(cancellations.createdAt)),
      (row) => row.bookingId,
    ),
    refundsOfBooking: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(bookingRefunds)
          .where(inArray(bookingRefunds.bookingId, [...ids]))
          .orderBy(asc(bookingRefunds.refundedAt)),
      (row) => row.bookingId,
    ),
  }
}
