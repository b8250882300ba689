import type { Money } from '@tikitu/kit/money'
import { requireStaff } from '@tikitu/kit/viewer'
import { asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type LedgerAccountRow, ledgerAccounts, ledgerEntries } from '../db/tables/ledger.ts'
import { maySeeMoneyOf } from './partner-role.ts'

/** What stands on an account. Debits less credits: what others owe us is above zero, what we owe is below. */
export interface LedgerBalanceData extends LedgerAccountRow {
  balance: Money
}

/** What a partner is owed in one currency. */
export interface PartnerBalanceData {
  payable: Money
}

/** What stands on every account. Per currency it comes to nothing. For FINANCE and COMPLIANCE. */
export async function ledgerBalances(ctx: Ctx): Promise<LedgerBalanceData[]> {
  requireStaff(ctx.viewer, 'FINANCE', 'COMPLIANCE')
  const rows = await balances(ctx)
  return rows.map(({ account, minor }) => ({
    ...account,
    balance: { amountMinor: minor, currency: account.currency },
  }))
}

/** What we owe a partner, by currency; null for whoever may not know. */
export async function partnerBalances(ctx: Ctx, partnerId: string): Promise<PartnerBalanceData[] | null> {
  if (!(await maySeeMoneyOf(ctx, partnerId))) return null
  const rows = await balances(ctx, partnerId)
  return rows
    .filter(({ account }) => account.kind === 'PARTNER_PAYABLE')
    .map(({ account, minor }) => ({ payable: { amountMinor: minor === 0 ? 0 : -minor, currency: account.currency } }))
}

/** Of all accounts, or of one owner's. */
async function balances(ctx: Ctx, owner?: string): Promise<{ account: LedgerAccountRow; minor: number }[]> {
  return await ctx.db
    .select({
      account: ledgerAccounts,
      minor: sql<number>`coalesce(sum(${ledgerEntries.amountMinor}), 0)`.mapWith(Number),
    })
    .from(ledgerAccounts)
    .leftJoin(ledgerEntries, eq(ledgerEntries.accountId, ledgerAccounts.id))
    .where(owner === undefined ? undefined : eq(ledgerAccounts.owner, owner))
    .groupBy(ledgerAccounts.id)
    .orderBy(asc(ledgerAccounts.id))
}
