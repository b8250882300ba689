import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type TransactionRow, transactions } from '../../db/tables/ledger.ts'
import { maySeeMoneyOf } from '../projections/partner-role.ts'

/** The transaction, for staff, and owners and managers of the partner; null for others. */
export async function getTransaction(ctx: Ctx, id: string): Promise<TransactionRow | null> {
  const [transaction] = await ctx.db.select().from(transactions).where(eq(transactions.id, id))
  return transaction && (await maySeeMoneyOf(ctx, transaction.partnerId ?? '')) ? transaction : null
}
