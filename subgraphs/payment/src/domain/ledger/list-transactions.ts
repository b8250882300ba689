import {
  afterCursor,
  type Connection,
  type Page,
  type PageArgs,
  readPage,
  toConnection,
} from '@tikitu/kit/postgres/pagination'
import { and, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type TransactionRow, transactionKinds, transactions } from '../../db/tables/ledger.ts'
import { visiblePartners } from '../refunds/list-refunds.ts'
import { firstIds } from '../refunds/merge-indexes.ts'

export interface TransactionFilter {
  partnerId?: string | null
  paymentId?: string | null
  kind?: TransactionRow['kind'] | null
  currency?: string | null
  from?: Date | null
  until?: Date | null
}

/**
 * Transactions, newest first: all of them for staff, those of their own partners for owners and managers. A filter cannot
 * widen that.
 */
export async function listTransactions(
  ctx: Ctx,
  { filter, ...args }: PageArgs & { filter?: TransactionFilter | null },
): Promise<Connection<TransactionRow>> {
  const page = readPage(args)
  const { occurredAt, id } = transactions
  const partnerIds = await visiblePartners(ctx, filter?.partnerId)
  const rows = await ctx.db
    .select()
    .from(transactions)
    .where(
      filter?.paymentId ? ofPayment(filter, partnerIds, page) : inArray(id, firstOf(filter ?? {}, partnerIds, page)),
    )
    .orderBy(desc(occurredAt), desc(id))
    .limit(page.limit + 1)
  return toConnection(rows, page, (transaction) => [transaction.occurredAt.toISOString(), transaction.id])
}

/** A payment has few transactions, found by its id. */
function ofPayment(filter: TransactionFilter, partnerIds: string[] | null, page: Page): SQL | undefined {
  return and(
    eq(transactions.paymentId, filter.paymentId ?? ''),
    partnerIds ? inArray(transactions.partnerId, partnerIds) : undefined,
    filter.kind ? eq(transactions.kind, filter.kind) : undefined,
    filter.currency ? eq(transactions.currency, filter.currency) : undefined,
    between(filter),
    afterCursor(page, [transactions.occurredAt, transactions.id], 'desc'),
  )
}

function firstOf({ kind, currency, ...span }: TransactionFilter, partnerIds: string[] | null, page: Page): SQL {
  const { occurredAt, id } = transactions
  const ofPartners = partnerIds ? [{ column: transactions.partnerId, values: partnerIds }] : []
  return firstIds({
    table: transactions,
    prefix: [...ofPartners, { column: transactions.kind, values: kind ? [kind] : transactionKinds }],
    loose: { column: transactions.currency, value: currency },
    order: [occurredAt, id],
    direction: 'desc',
    where: and(between(span), afterCursor(page, [occurredAt, id], 'desc')),
    limit: page.limit + 1,
  })
}

function between({ from, until }: TransactionFilter): SQL | undefined {
  return and(
    from ? gte(transactions.occurredAt, from) : undefined,
    until ? lt(transactions.occurredAt, until) : undefined,
  )
}
