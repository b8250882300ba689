import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import { type AnyColumn, asc, inArray, type SQL } from 'drizzle-orm'
import { partnerMembers } from './db/tables/known.ts'
import { ledgerEntries } from './db/tables/ledger.ts'
import { paymentAttempts, payments, refunds } from './db/tables/payments.ts'

export type Loaders = ReturnType<typeof createLoaders>

/** Rows by key, each kind in one query per tick. New per request; not for use inside a transaction. */
export function createLoaders(db: Db) {
  const paymentsBy = (column: AnyColumn) => (keys: readonly string[]) =>
    db.select().from(payments).where(among(column, keys))
  return {
    payment: loaderOf(paymentsBy(payments.id), (row) => row.id),
    paymentOfBooking: loaderOf(paymentsBy(payments.bookingId), (row) => row.bookingId),
    refund: loaderOf(
      (ids) => db.select().from(refunds).where(among(refunds.id, ids)),
      (row) => row.id,
    ),
    ...createGroupLoaders(db),
  }
}

function createGroupLoaders(db: Db) {
  const { sequence, paymentId } = paymentAttempts
  return {
    attemptsOfPayment: groupLoaderOf(
      (ids) => db.select().from(paymentAttempts).where(among(paymentId, ids)).orderBy(asc(sequence)),
      (row) => row.paymentId,
    ),
    refundsOfPayment: groupLoaderOf(
      (ids) => db.select().from(refunds).where(among(refunds.paymentId, ids)).orderBy(asc(refunds.id)),
      (row) => row.paymentId,
    ),
    entriesOfTransaction: groupLoaderOf(
      (ids) =>
        db.select().from(ledgerEntries).where(among(ledgerEntries.transactionId, ids)).orderBy(asc(ledgerEntries.id)),
      (row) => row.transactionId,
    ),
    membershipsOfUser: groupLoaderOf(
      (ids) => db.select().from(partnerMembers).where(among(partnerMembers.userId, ids)),
      (row) => row.userId,
    ),
  }
}

function among(column: AnyColumn, keys: readonly string[]): SQL {
  return inArray(column, [...keys])
}
