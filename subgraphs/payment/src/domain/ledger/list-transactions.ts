import {
  type Connection,
  keyset,
  type Page,
  type PageArgs,
  readPage,
  toConnection,
} from '@tikitu/kit/postgres/pagination'
import { and, eq, gte, inArray, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type TransactionRow, transactionKinds, transactions } from '../../db/tables/ledger.ts'
import { visiblePartners } from '../refunds/list-refunds.ts'
import { mergedPage } from '../refunds/merge-indexes.ts'

const listOrder = [transactions.occurredAt, transactions.id]

export interface TransactionFilter {
  partnerId?: string | null
  paymentId?: string | null
  kind?: TransactionRow['kind'] | null
  currency?: string | null
  occurredAt?: { from?: Date | null; before?: Date | null } | null
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
  const partnerIds = await visiblePartners(ctx, filter?.partnerId)
  const list = filter?.paymentId ? ofPayment(filter, partnerIds, page) : ofPartners(filter ?? {}, partnerIds, page)
  const rows = await ctx.db
    .select()
    .from(transactions)
    .where(list.where)
    .orderBy(...list.orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (transaction) => [transaction.occurredAt.toISOString(), transaction.id])
}

/** A payment has few transactions, found by its id. */
function ofPayment(filter: TransactionFilter, partnerIds: string[] | null, page: Page) {
  const { where, orderBy } = keyset(page, listOrder, 'desc')
  const wanted = and(
    eq(transactions.paymentId, filter.paymentId ?? ''),
    partnerIds ? inArray(transactions.partnerId, partnerIds) : undefined,
    filter.kind ? eq(transactions.kind, filter.kind) : undefined,
    filter.currency ? eq(transactions.currency, filter.currency) : undefined,
    between(filter),
    where,
  )
  return { where: wanted, orderBy }
}

function ofPartners({ kind, currency, occurredAt }: TransactionFilter, partnerIds: string[] | null, page: Page) {
  const partners = partnerIds ? [{ column: transactions.partnerId, values: partnerIds }] : []
  return mergedPage({
    table: transactions,
    prefix: [...partners, { column: transactions.kind, values: kind ? [kind] : transactionKinds }],
    loose: { column: transactions.currency, value: currency },
    order: listOrder,
    direction: 'desc',
    where: between({ occurredAt }),
    page,
  })
}

function between({ occurredAt }: TransactionFilter): SQL | undefined {
  const { from, before } = occurredAt ?? {}
  return and(
    from ? gte(transactions.occurredAt, from) : undefined,
    before ? lt(transactions.occurredAt, before) : undefined,
  )
}
