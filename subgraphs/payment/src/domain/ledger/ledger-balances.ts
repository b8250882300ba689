import { requireStaff } from '@tikitu/kit/auth/viewer'
import type { Money } from '@tikitu/kit/base/money'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { LedgerAccountRow } from '../../db/tables/ledger.ts'
import { maySeeMoneyOf } from '../projections/partner-role.ts'

/** What stands on an account. Debits less credits: what others owe us is above zero, what we owe is below. */
export interface LedgerBalanceData extends LedgerAccountRow {
  /** Empty for the platform itself. */
  owner: string
  balance: Money
}

/** What a partner is owed in one currency. */
export interface PartnerBalanceData {
  payable: Money
  tax: Money
}

/** What stands on every account. Per currency it comes to nothing. For FINANCE and COMPLIANCE. */
export async function ledgerBalances(ctx: Ctx): Promise<LedgerBalanceData[]> {
  requireStaff(ctx.viewer, 'FINANCE', 'COMPLIANCE')
  const rows = await balances(ctx, sql`true`)
  return rows.map(({ minor, ...account }) => ({
    ...account,
    owner: account.owner ?? '',
    balance: { amountMinor: Number(minor), currency: account.currency },
  }))
}

/** What we owe a partner, by currency; null for whoever may not know. */
export async function partnerBalances(ctx: Ctx, partnerId: string): Promise<PartnerBalanceData[] | null> {
  if (!(await maySeeMoneyOf(ctx, partnerId))) return null
  const kinds = sql`account.kind in ('PARTNER_PAYABLE', 'PARTNER_TAX')`
  const rows = await balances(ctx, sql`account.owner = ${partnerId} and ${kinds}`)
  const owed = (each: readonly Balance[]) => each.reduce((sum, { minor }) => sum - Number(minor), 0)
  return [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, accounts]) => ({
    payable: { amountMinor: owed(accounts), currency },
    tax: { amountMinor: owed(accounts.filter(({ kind }) => kind === 'PARTNER_TAX')), currency },
  }))
}

/** An account, and what stands on it. */
interface Balance extends LedgerAccountRow {
  minor: string
}

/**
 * The newest snapshot and what was posted since: how long that takes hangs on the last minutes, and not on the years before. A
 * snapshot whose horizon lies ahead was taken in another cluster (this is a restored copy), and is not used.
 */
async function balances(ctx: Ctx, which: SQL): Promise<Balance[]> {
  const { rows } = await ctx.db.execute<Balance & Record<string, unknown>>(sql`
    /* payment.ledgerBalances */
    with covered as (
      select horizon, floor_id from ledger_horizon where horizon <= pg_snapshot_xmax(pg_current_snapshot())
    )
    select account.id, account.kind, account.owner, account.currency,
      (coalesce(snapshot.balance_minor, 0) + coalesce(since.minor, 0))::text as minor
    from ledger_accounts account
    left join covered on true
    left join ledger_snapshots snapshot on snapshot.account_id = account.id and covered.horizon is not null
    left join lateral (
      select sum(amount_minor) as minor from ledger_entries
      where account_id = account.id and posted_in >= coalesce(covered.horizon, '0'::xid8)
        and id > coalesce(covered.floor_id, 0)
    ) since on true
    where ${which} order by account.id`)
  return rows
}
