import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import type { Viewer } from '@tikitu/kit/viewer'
import { and, asc, eq, inArray } from 'drizzle-orm'
import { bankAccounts } from './db/tables/bank.ts'
import { partnerDocuments, partnerMembers, partners } from './db/tables/partners.ts'
import { layoutDocuments, layouts, venues } from './db/tables/venues.ts'

export type Loaders = ReturnType<typeof createLoaders>

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db, ctx: { viewer: Viewer }) {
  return {
    ...partnerLoaders(db),
    ...venueLoaders(db),
    /** The viewer's own membership, by partner. */
    ownMembership: loaderOf(
      async (ids) =>
        ctx.viewer.kind === 'user'
          ? await db
              .select()
              .from(partnerMembers)
              .where(and(eq(partnerMembers.userId, ctx.viewer.userId), inArray(partnerMembers.partnerId, [...ids])))
          : [],
      (row) => row.partnerId,
    ),
  }
}

function partnerLoaders(db: Db) {
  return {
    partner: loaderOf(
      (ids) =>
        db
          .select()
          .from(partners)
          .where(inArray(partners.id, [...ids])),
      (row) => row.id,
    ),
    membershipsOfUser: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(partnerMembers)
          .where(inArray(partnerMembers.userId, [...ids]))
          .orderBy(asc(partnerMembers.joinedAt), asc(partnerMembers.id)),
      (row) => row.userId,
    ),
    documentsOfPartner: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(partnerDocuments)
          .where(inArray(partnerDocuments.partnerId, [...ids]))
          .orderBy(asc(partnerDocuments.id)),
      (row) => row.partnerId,
    ),
    openBankAccounts: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(bankAccounts)
          .where(and(inArray(bankAccounts.partnerId, [...ids]), inArray(bankAccounts.status, ['PROPOSED', 'IN_USE']))),
      (row) => row.partnerId,
    ),
  }
}

function venueLoaders(db: Db) {
  return {
    venue: loaderOf(
      (ids) =>
        db
          .select()
          .from(venues)
          .where(inArray(venues.id, [...ids])),
      (row) => row.id,
    ),
    layout: loaderOf(
      (ids) =>
        db
          .select()
          .from(layouts)
          .where(inArray(layouts.id, [...ids])),
      (row) => row.id,
    ),
    documentOfLayout: loaderOf(
      (ids) =>
        db
          .select()
          .from(layoutDocuments)
          .where(inArray(layoutDocuments.layoutId, [...ids])),
      (row) => row.layoutId,
    ),
  }
}
