import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/paging'
import { isStaff } from '@tikitu/kit/viewer'
import { and, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type TransactionRow, transactions } from '../db/tables/ledger.ts'
import { moneyPartnersOf } from './partner-role.ts'

export interface TransactionFilter {
  partnerId?: string | null
  paymentId?: string | null
  kind?: TransactionRow['kind'] | null
  currency?: string | null
  from?: Date | null
  until?: Date | null
}

/**
 * Movements of money, the newest first: all of them for an admin, and for a partner's owners and managers those of their
 * own partners. What a filter asks for beyond that is not there.
 */
export async function listTransactions(
  ctx: Ctx,
  { filter, ...args }: PageArgs & { filter?: TransactionFilter | null },
): Promise<Connection<TransactionRow>> {
  const page = readPage(args)
  const rows = await ctx.db
    .select()
    .from(transactions)
    .where(and(await visible(ctx), matching(filter ?? {}), afterCursor(page, [transactions.id], 'desc')))
    .orderBy(desc(transactions.id))
    .limit(page.limit + 1)
  return toConnection(rows, page, (transaction) => [transaction.id])
}

async function visible(ctx: Ctx): Promise<SQL | undefined> {
  return isStaff(ctx.viewer) ? undefined : inArray(transactions.partnerId, await moneyPartnersOf(ctx))
}

function matching({ partnerId, paymentId, kind, currency, from, until }: TransactionFilter): SQL | undefined {
  return and(
    partnerId ? eq(transactions.partnerId, partnerId) : undefined,
    paymentId ? eq(transactions.paymentId, paymentId) : undefined,
    kind ? eq(transactions.kind, kind) : undefined,
    currency ? eq(transactions.currency, currency) : undefined,
    from ? gte(transactions.occurredAt, from) : undefined,
    until ? lt(transactions.occurredAt, until) : undefined,
  )
}
