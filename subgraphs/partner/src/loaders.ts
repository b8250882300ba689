import type { Viewer } from '@tikitu/kit/auth/viewer'
import type { Db } from '@tikitu/kit/postgres/database'
import { type Loader, loaderOf } from '@tikitu/kit/postgres/loader'
import { loadersOf, rowBy, rowsBy } from '@tikitu/kit/postgres/row-loader'
import { and, asc, eq, inArray } from 'drizzle-orm'
import { bankAccounts } from './db/tables/bank.ts'
import { partnerDocuments, partnerMembers, partners } from './db/tables/partners.ts'
import { layoutDocuments, layouts, venues } from './db/tables/venues.ts'

export type Loaders = ReturnType<typeof createLoaders>

const makers = {
  partner: rowBy({ from: partners, by: partners.id }),
  documentsOfPartner: rowsBy({
    from: partnerDocuments,
    by: partnerDocuments.partnerId,
    order: [asc(partnerDocuments.id)],
  }),
  openBankAccounts: rowsBy({
    from: bankAccounts,
    by: bankAccounts.partnerId,
    where: inArray(bankAccounts.status, ['PROPOSED', 'IN_USE']),
  }),
  venue: rowBy({ from: venues, by: venues.id }),
  layout: rowBy({ from: layouts, by: layouts.id }),
  documentOfLayout: rowBy({ from: layoutDocuments, by: layoutDocuments.layoutId }),
  ownMembership,
}

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db, ctx: { viewer: Viewer }) {
  return loadersOf({ db, ctx }, makers)
}

/** The viewer's own membership, by partner. */
function ownMembership({ db, ctx }: { db: Db; ctx: { viewer: Viewer } }): Loader<typeof partnerMembers.$inferSelect> {
  return loaderOf(
    async (ids) =>
      ctx.viewer.kind === 'user'
        ? await db
            .select()
            .from(partnerMembers)
            .where(and(eq(partnerMembers.userId, ctx.viewer.userId), inArray(partnerMembers.partnerId, [...ids])))
        : [],
    (row) => row.partnerId,
  )
}
