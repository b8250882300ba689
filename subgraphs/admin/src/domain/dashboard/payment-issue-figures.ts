import type { Money } from '@tikitu/kit/base/money'
import type { Payload } from '@tikitu/schema/events/registry'
import { and, asc, count, eq, min, sql, sum } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { paymentIssues } from '../../db/tables.ts'

/** How much money is stuck, and since when. */
export interface PaymentIssueFigures {
  openCount: number
  amounts: Money[]
  oldestOpenedAt: Date | null
}

/** Keeps how an issue stands, unless something newer is known of it. */
export async function applyPaymentIssue(ctx: Ctx, issue: Payload<'payment.issueChanged'>): Promise<void> {
  const { issueId, version, kind, partnerId, amount } = issue
  const isOpen = issue.status !== 'RESOLVED'
  const state = { version, kind, partnerId, ...amount, openedAt: new Date(issue.openedAt), isOpen }
  await ctx.db
    .insert(paymentIssues)
    .values({ issueId, ...state })
    .onConflictDoUpdate({
      target: paymentIssues.issueId,
      set: state,
      setWhere: sql`${paymentIssues.version} < ${version}`,
    })
}

/** What is stuck now, of one partner or of all: the amounts per currency. */
export async function countPaymentIssues(ctx: Ctx, partnerId: string | null | undefined): Promise<PaymentIssueFigures> {
  const { currency, openedAt, amountMinor, isOpen } = paymentIssues
  const rows = await ctx.db
    .select({ currency, count: count(), amountMinor: sum(amountMinor).mapWith(Number), oldest: min(openedAt) })
    .from(paymentIssues)
    .where(and(eq(isOpen, true), partnerId ? eq(paymentIssues.partnerId, partnerId) : undefined))
    .groupBy(currency)
    .orderBy(asc(currency))
  const oldest = rows.flatMap((row) => (row.oldest ? [row.oldest.getTime()] : []))
  return {
    openCount: rows.reduce((total, row) => total + row.count, 0),
    amounts: rows.map((row) => ({ amountMinor: row.amountMinor, currency: row.currency })),
    oldestOpenedAt: oldest.length > 0 ? new Date(Math.min(...oldest)) : null,
  }
}
